select t.id, t.geom, t.code, t.name, t.parent_code as town, t.kind
from divisions t
where t.level = 'community' /* ids */
order by t.id
