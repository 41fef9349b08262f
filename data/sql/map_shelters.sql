select t.id, t.geom, t.name, t.capacity
from shelters t
where true /* ids */
order by t.id
