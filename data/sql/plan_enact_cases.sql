-- $1: plan; $2: moment; $3: version. Open cases of grids that were replaced
-- follow their building into the new grid; without a building, their position.
-- Where they were is kept.
with gone as (
    select c.id, c.building_id, c.microgrid_id, c.geom, c.grid_id
    from cases c
    join grids g on g.id = c.grid_id
    where c.closed_at is null and not upper_inf(g.valid) and g.community_code in (select community_code from grids where plan_id = $1)
), home as (
    select o.id, o.grid_id as was, coalesce(p.grid_id, g.id) as grid_id,
           case when p.grid_id is null then m.id else p.microgrid_id end as microgrid_id
    from gone o
    left join lateral (
        select grid_id, microgrid_id from plan_buildings
        where plan_id = $1 and building_id = o.building_id
        order by part
        limit 1
    ) p on true
    left join lateral (
        select id from grids where plan_id = $1 and st_covers(geom, o.geom) order by layered, id limit 1
    ) g on true
    left join lateral (
        select id from microgrids where grid_id = g.id and not layered and st_covers(geom, o.geom) order by id limit 1
    ) m on true
), noted as (
    insert into case_moves (case_id, version, from_grid, to_grid, at)
    select id, $3, was, grid_id, $2 from home where grid_id is not null
)
update cases c
set grid_id = h.grid_id, microgrid_id = h.microgrid_id, version = c.version + 1,
    team_id = coalesce((select t.id from teams t join grids g on g.code = t.grid_code
                        where g.id = h.grid_id and upper_inf(t.valid) limit 1), c.team_id)
from home h
where c.id = h.id and h.grid_id is not null
