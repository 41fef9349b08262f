-- Points at which names stand: divisions, grids of the published plan, rivers.
-- Ids: the table's number in the lowest bits, so that they stay apart.
select d.id * 8 + 1 as id, st_pointonsurface(d.geom) as geom, d.level as kind, d.code, d.name,
       case d.level when 'district' then 1 when 'town' then 2 else 3 end as rank
from divisions d
union all
select g.id * 8 + 2, st_pointonsurface(g.geom), 'grid', g.code, g.name, 4
from grids g
join plans p on p.id = g.plan_id
where p.status = 'published'
union all
select m.id * 8 + 3, st_pointonsurface(m.geom), 'microgrid', m.code, right(m.code, 5), 5
from microgrids m
join plans p on p.id = m.plan_id
where p.status = 'published' and not m.layered
union all
select w.id * 8 + 4, st_pointonsurface(w.geom), 'river', '', w.name, 3
from water w
where w.name <> '' and geometrytype(w.geom) in ('POLYGON', 'MULTIPOLYGON')
order by 1
