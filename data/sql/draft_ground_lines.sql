-- $1: codes of communities. Lines that part the land, near them, in the order of ground_lines: the engine's
-- borders depend on it.
select class, geom
from (
    select 1 as sort, r.id, r.class, r.geom
    from roads r
    where r.class in ('motorway', 'arterial', 'secondary', 'street', 'rail')
      and exists (select from divisions d where d.code = any ($1) and r.geom && d.geom)
    union all
    select 2, w.id, 'water:' || w.kind, w.geom
    from water w
    where w.kind in ('river', 'stream') and exists (select from divisions d where d.code = any ($1) and w.geom && d.geom)
) l
order by sort, id
