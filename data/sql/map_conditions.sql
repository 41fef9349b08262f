select t.id, t.geom, t.kind
from conditions t
where true /* ids */
order by t.id
