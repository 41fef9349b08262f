-- Where the grids in force place buildings.
select p.building_id, p.part, p.households, g.code, coalesce(m.code, '')
from plan_buildings p
join grids g on g.id = p.grid_id and upper_inf(g.valid)
left join microgrids m on m.id = p.microgrid_id
order by p.building_id, p.part
