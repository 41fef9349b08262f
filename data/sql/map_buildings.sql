select t.id, t.geom, t.kind, t.floors, t.height_m, t.households, t.persons
from buildings t
where true /* ids */
order by t.id
