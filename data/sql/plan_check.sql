-- $1: plan. Every fault that forbids its publication, as rule and place.
with grids_of as (select * from grids where plan_id = $1),
touched as (select distinct community_code from grids_of)
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
select 'a grid counts other households than its buildings', 'grid ' || g.code
from grids_of g
left join plan_buildings p on p.grid_id = g.id
group by g.id, g.code, g.households
having coalesce(sum(p.households), 0) <> g.households
union all
select 'the grids do not tile the community', 'community ' || c.code || ', off by ' || round((c.area - g.area)::numeric, 1) || ' m2'
from (select d.code, st_area(d.geom::geography) as area from divisions d join touched t on t.community_code = d.code) c
join (select community_code, sum(st_area(geom::geography)) as area from grids_of where area_m2 > 0 and not layered group by community_code) g
  on g.community_code = c.code
where abs(c.area - g.area) > 1 + c.area * 1e-6
union all
select 'a micro-grid lies outside its grid', 'micro-grid ' || m.code
from microgrids m
join grids_of g on g.id = m.grid_id
where left(m.code, 15) <> g.code
union all
select 'a grid has a code that another grid had', 'grid ' || g.code
from grids_of g
join issued_codes i on i.code = g.code
where not exists (
    select from grids o join plans p on p.id = o.plan_id
    where o.code = g.code and o.plan_id <> $1 and p.status = 'published' and g.code = any (g.predecessors))
union all
select 'the plan leaves out a community of the plan that holds', 'community ' || c.community_code
from (select distinct o.community_code from grids o join plans p on p.id = o.plan_id where p.status = 'published') c
where not exists (select from touched t where t.community_code = c.community_code)
