-- $1: codes of communities. Lines that part the land, near them.
select r.class, r.geom
from roads r
where r.class in ('motorway', 'arterial', 'secondary', 'street', 'rail')
  and exists (select from divisions d where d.code = any ($1) and r.geom && d.geom)
union all
select 'water:' || w.kind, w.geom
from water w
where w.kind in ('river', 'stream') and exists (select from divisions d where d.code = any ($1) and w.geom && d.geom)
