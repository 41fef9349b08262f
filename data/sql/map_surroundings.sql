-- All that lies around the district, so that a style can cover what spills over
-- its border.
select t.id, st_difference(st_envelope(st_expand(t.geom, 3)), t.geom) as geom, t.name
from divisions t
where t.level = 'district'
order by t.id
