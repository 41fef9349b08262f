-- $1: plan, in force by now. The households that grids which it replaced share
-- with its grids; where nobody lives, which grid stands there now.
create temporary table carry on commit drop as
with old as (
    select g.id, g.code, g.geom from grids g
    where g.plan_id <> $1 and upper(g.valid) = (select at from enactments where plan_id = $1)
      and g.community_code in (select community_code from grids where plan_id = $1)
), fresh as (
    select id, code, geom, layered from grids where plan_id = $1
), shared as (
    select o.code as was, f.code as now, sum(least(p.households, q.households)) as households
    from old o
    join plan_buildings p on p.grid_id = o.id
    join plan_buildings q on q.plan_id = $1 and q.building_id = p.building_id and (p.part = q.part or p.part = '' or q.part = '')
    join fresh f on f.id = q.grid_id
    group by 1, 2
), standing as (
    select o.code as was, f.code as now, 0 as households
    from old o
    cross join lateral (select st_pointonsurface(o.geom) as at) spot
    cross join lateral (select code from fresh where not layered order by geom <-> spot.at, code limit 1) f
    where not exists (select from shared s where s.was = o.code)
)
select was, now, households from shared
union all
select was, now, households from standing
