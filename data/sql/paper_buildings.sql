-- $1: plan; $2: beginning of the communities' codes
select b.id, b.kind, b.households, b.geom
from buildings b
where b.community_code in (select community_code from grids where plan_id = $1) and starts_with(b.community_code, $2)
order by b.id
