select t.id, t.geom, t.kind, t.name
from organisations t
where t.geom is not null /* ids */
order by t.id
