-- Points at which names stand: divisions, grids in force, rivers.
-- Ids: the table's number in the lowest bits, so that they stay apart.
select d.id * 8 + 1 as id, st_pointonsurface(d.geom) as geom, d.level as kind, d.code, d.name,
       case d.level when 'district' then 1 when 'town' then 2 else 3 end as rank
from divisions d
union all
select t.id * 8 + 2, st_pointonsurface(t.geom), 'grid', t.code, t.name, 4
from grids t
where upper_inf(t.valid)
union all
select t.id * 8 + 3, st_pointonsurface(t.geom), 'microgrid', t.code, right(t.code, 5), 5
from microgrids t
where upper_inf(t.valid) and not t.layered
union all
select w.id * 8 + 4, st_pointonsurface(w.geom), 'river', '', w.name, 3
from water w
where w.name <> '' and geometrytype(w.geom) in ('POLYGON', 'MULTIPOLYGON')
order by 1
