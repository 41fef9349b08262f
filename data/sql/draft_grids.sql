-- $1: plan, or null for what is in force; $2: community.
select g.code, g.name, g.kind, g.layered, g.households, g.geom
from grids g
where g.community_code = $2 and case when $1::bigint is null then upper_inf(g.valid) else g.plan_id = $1 end
order by g.code
