-- $1: division code. Lines that part the land, near the division, in an order that stays: the engine's borders
-- depend on it.
select class, geom
from (
    select 1 as sort, r.id, r.class, r.geom
    from roads r, divisions d
    where d.code = $1 and r.class in ('motorway', 'arterial', 'secondary', 'street', 'rail') and r.geom && d.geom
    union all
    select 2, w.id, 'water:' || w.kind, w.geom
    from water w, divisions d
    where d.code = $1 and w.kind in ('river', 'stream') and w.geom && d.geom
) l
order by sort, id
