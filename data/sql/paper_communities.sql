-- $1: plan; $2: beginning of the communities' codes
select d.code, d.name, town.code, town.name, d.geom
from divisions d
join divisions town on town.code = d.parent_code
where d.code in (select community_code from grids where plan_id = $1) and starts_with(d.code, $2)
order by d.code
