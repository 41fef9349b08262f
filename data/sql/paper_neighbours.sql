-- $1: plan; $2: beginning of the communities' codes. Communities beside those of the plan.
with ground as (
    select geom from divisions where code in (select community_code from grids where plan_id = $1) and starts_with(code, $2)
)
select d.code, d.name, town.code, town.name, d.geom
from divisions d
join divisions town on town.code = d.parent_code
where d.level = 'community'
  and not (d.code in (select community_code from grids where plan_id = $1) and starts_with(d.code, $2))
  and exists (select from ground where ground.geom && d.geom and st_intersects(ground.geom, d.geom))
order by d.code
