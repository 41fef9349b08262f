select t.id, t.geom, t.kind, t.name, t.risk
from land t
where true /* ids */
order by t.id
