-- $1: plan, or null for what is in force; $2: community.
select p.building_id, p.part, p.households, g.code, coalesce(m.code, '')
from grids g
join plan_buildings p on p.grid_id = g.id
left join microgrids m on m.id = p.microgrid_id
where g.community_code = $2 and case when $1::bigint is null then upper_inf(g.valid) else g.plan_id = $1 end
order by p.building_id, p.part
