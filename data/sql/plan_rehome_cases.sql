-- $1: plan. Open cases follow their building into the new grid; without a
-- building, their position.
update cases c
set grid_id = coalesce(p.grid_id, g.id, c.grid_id), microgrid_id = p.microgrid_id, version = c.version + 1
from cases o
left join lateral (
    select grid_id, microgrid_id from plan_buildings where plan_id = $1 and building_id = o.building_id order by part limit 1
) p on true
left join lateral (
    select id from grids where plan_id = $1 and st_covers(geom, o.geom) order by layered, id limit 1
) g on true
where c.id = o.id and o.closed_at is null and coalesce(p.grid_id, g.id) is not null
  and coalesce(p.grid_id, g.id) <> c.grid_id
