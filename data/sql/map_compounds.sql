select t.id, t.geom, t.name, t.kind
from compounds t
where true /* ids */
order by t.id
