-- $1: plan; $2: community, or null for all. The log in words, oldest first.
select seq, community_code, kind, coalesce(target, 0), grids, zh, en, actor, at, totals
from plan_operations
where plan_id = $1 and ($2::text is null or community_code = $2)
order by seq
