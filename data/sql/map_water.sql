select t.id, t.geom, t.kind, t.name
from water t
where true /* ids */
order by t.id
