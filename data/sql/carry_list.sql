-- $1: plan
select id, kind, name, from_grid, to_grid, rule, coalesce(confirmed_by, ''), confirmed_at
from carryovers
where plan_id = $1
order by confirmed_at nulls first, kind, to_grid, id
