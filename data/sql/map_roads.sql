select t.id, t.geom, t.class, t.name, t.bridge
from roads t
where true /* ids */
order by t.id
