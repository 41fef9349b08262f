select t.id, t.geom, t.kind, t.name
from objects t
where true /* ids */
order by t.id
