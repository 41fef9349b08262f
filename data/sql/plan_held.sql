-- Where the published plan places buildings, with the codes of its grids.
select p.building_id, p.part, p.households, g.code, coalesce(m.code, '')
from plan_buildings p
join plans n on n.id = p.plan_id and n.status = 'published'
join grids g on g.id = p.grid_id
left join microgrids m on m.id = p.microgrid_id
order by p.building_id, p.part
