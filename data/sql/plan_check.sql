-- $1: plan. Every fault that forbids it to take force, as rule and place.
with grids_of as (select * from grids where plan_id = $1),
touched as (select distinct community_code from grids_of),
held as (select g.* from grids g join touched t using (community_code) where upper_inf(g.valid)),
ground as (
    select d.code, d.geom, st_area(d.geom::geography) as area from divisions d join touched t on t.community_code = d.code
),
laid as (
    select community_code as code, sum(st_area(geom::geography)) as area, st_union(geom) as geom
    from grids_of
    where not layered
    group by community_code
),
nested as (
    select m.code, m.grid_id, m.layered, g.code as grid,
           case when not m.layered and not g.layered and not st_coveredby(m.geom, g.geom)
               then st_area(st_difference(m.geom, g.geom)::geography) else 0 end as outside
    from microgrids m
    left join grids_of g on g.id = m.grid_id
    where m.plan_id = $1
)
select 'the plan has no grids', 'plan ' || $1 where not exists (select from grids_of)
union all
select 'a building is in no grid', 'building ' || b.code
from buildings b
join touched t on t.community_code = b.community_code
where not exists (select from plan_buildings p where p.plan_id = $1 and p.building_id = b.id)
union all
select 'a building is placed by halves', 'building ' || b.code
from plan_buildings p
join buildings b on b.id = p.building_id
where p.plan_id = $1
group by b.id, b.code, b.households
having sum(p.households) <> b.households
union all
select 'a building is whole in one grid and in parts in others', 'building ' || p.building_id
from plan_buildings p
where p.plan_id = $1 and p.part = ''
  and exists (select from plan_buildings q where q.plan_id = $1 and q.building_id = p.building_id and q.part <> '')
union all
select 'a building is in a grid of another community', 'building ' || b.code
from plan_buildings p
join buildings b on b.id = p.building_id
join grids_of g on g.id = p.grid_id
where p.plan_id = $1 and b.community_code in (select code from ground) and g.community_code <> b.community_code
union all
select 'a grid counts other households than its buildings', 'grid ' || g.code
from grids_of g
left join plan_buildings p on p.grid_id = g.id
group by g.id, g.code, g.households
having coalesce(sum(p.households), 0) <> g.households
union all
select 'a grid is not valid', 'grid ' || code from grids_of where not st_isvalid(geom)
union all
select 'a community has no grid with ground of its own', 'community ' || c.code
from ground c
where not exists (select from laid g where g.code = c.code)
union all
select 'the grids do not tile the community', 'community ' || c.code || ', off by ' || round((c.area - g.area)::numeric, 1) || ' m2'
from ground c
join laid g using (code)
where abs(c.area - g.area) > 1 + c.area * 1e-6
union all
select 'grids overlap, or reach over the border', 'community ' || c.code
from ground c
join laid g using (code)
where abs(st_area(g.geom::geography) - g.area) > 1 + c.area * 1e-6
   or st_area(st_difference(g.geom, c.geom)::geography) > 1 + c.area * 1e-6
union all
select 'a micro-grid lies outside its grid', 'micro-grid ' || code
from nested
where grid is null or left(code, 15) <> grid or outside > 1
union all
select 'a building is in a micro-grid of another grid', 'building ' || p.building_id
from plan_buildings p
join nested m on m.grid is not null
join microgrids x on x.id = p.microgrid_id and x.code = m.code and x.plan_id = $1
where p.plan_id = $1 and m.grid_id <> p.grid_id
union all
select 'a grid has a code that another grid had', 'grid ' || g.code
from grids_of g
join issued_codes i on i.code = g.code
where not exists (select from held o where o.code = g.code and g.code = any (g.predecessors))
union all
select 'a grid has a code of another plan that is about to take force', 'grid ' || g.code
from grids_of g
join grids o on o.code = g.code and o.plan_id <> $1
join plans n on n.id = o.plan_id and n.status = 'published' and n.enacted_at is null
union all
select 'a grid comes from a grid that is not in force', 'grid ' || g.code || ' from ' || p.code
from grids_of g, lateral unnest(g.predecessors) as p (code)
where not exists (select from held o where o.code = p.code)
union all
select 'what becomes of a grid is not said', 'grid ' || o.code
from held o
where o.households > 0 and not exists (select from grids_of g where o.code = any (g.predecessors))
union all
select 'a grid outside the rule has no reason', 'grid ' || code
from grids_of
where not in_rule and kind = 'basic' and coalesce(reason_zh, '') = ''
