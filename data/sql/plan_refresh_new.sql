-- $1: plan. Buildings that came since it was drawn go to the grid and micro-grid in which they stand.
insert into plan_buildings (plan_id, building_id, part, households, grid_id, microgrid_id)
select $1, b.id, '', b.households, g.id, m.id
from buildings b
cross join lateral (select st_pointonsurface(b.geom) as at) spot
cross join lateral (
    select id from grids
    where plan_id = $1 and community_code = b.community_code and not layered
    order by geom <-> spot.at, id
    limit 1
) g
left join lateral (
    select id from microgrids where grid_id = g.id and not layered order by geom <-> spot.at, id limit 1
) m on true
where b.community_code in (select community_code from grids where plan_id = $1)
  and not exists (select from plan_buildings p where p.plan_id = $1 and p.building_id = b.id)
