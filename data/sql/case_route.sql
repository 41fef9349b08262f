-- $1 point, $2 building meant (zero: none), $3 moment, $4 it is past: what held then, else what is in force
with spot as (
    select $1::geometry as geom, st_transform($1::geometry, 4544) as metres, ($3::timestamptz at time zone 'Asia/Shanghai')::date as today
),
holding as ( -- the building meant, or that holds the point
    select b.id from buildings b where b.id = $2
    union all
    select b.id from buildings b, spot where $2 = 0 and st_covers(b.geom, spot.geom)
    order by 1
    limit 1
),
grid as (
    select id, code, name, community_code
    from (
        select g.id, g.code, g.name, g.community_code, 1 as rank
        from holding h
        join plan_buildings p on p.building_id = h.id
        join grids g on g.id = p.grid_id
        where case when $4 then g.valid @> $3::timestamptz else upper_inf(g.valid) end
        union all
        select g.id, g.code, g.name, g.community_code, 2
        from grids g, spot
        where st_covers(g.geom, spot.geom) and case when $4 then g.valid @> $3::timestamptz else upper_inf(g.valid) end
    ) candidates
    order by rank, code
    limit 1
),
building as (
    select id from holding
    union all
    (select b.id
     from buildings b, spot, grid
     where not exists (select from holding)
       and b.geom && st_expand(spot.geom, 0.00036) -- 30 m and some, in degrees
       and st_dwithin(st_transform(b.geom, 4544), spot.metres, 30)
       and exists (select from plan_buildings p where p.building_id = b.id and p.grid_id = grid.id)
     order by st_distance(st_transform(b.geom, 4544), spot.metres), b.id
     limit 1)
),
microgrid as (
    select id, code
    from (
        select m.id, m.code, 1 as rank -- that of the building, unless it is shared out between several
        from building b
        join plan_buildings p on p.building_id = b.id
        join microgrids m on m.id = p.microgrid_id
        join grid on grid.id = p.grid_id
        where p.part = ''
        union all
        select m.id, m.code, 2
        from microgrids m, spot, grid
        where m.grid_id = grid.id and not m.layered and st_covers(m.geom, spot.geom)
    ) candidates
    order by rank, code
    limit 1
)
select spot.geom,
       coalesce(b.id, 0), coalesce(b.code, ''), coalesce(nullif(b.name, ''), b.address, ''),
       coalesce(m.id, 0), coalesce(m.code, ''),
       grid.id, grid.code, grid.name,
       community.code, community.name, town.code, town.name,
       coalesce(team.id, 0), coalesce(team.name, '')
from spot
cross join grid
join divisions community on community.code = grid.community_code
join divisions town on town.code = community.parent_code
left join building on true
left join buildings b on b.id = building.id
left join microgrid m on true
left join teams team on team.grid_code = grid.code and team.valid @> spot.today
