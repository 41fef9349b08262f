-- $1 code
select id, st_pointonsurface(geom)
from buildings
where code = $1
