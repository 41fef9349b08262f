select t.id, t.geom, t.code, t.name
from divisions t
where t.level = 'town' /* ids */
order by t.id
