-- $1 code, $2 parent, $3 level; an empty one does not narrow
select code, level, name, coalesce(parent_code, ''), coalesce(kind, ''),
       st_xmin(geom), st_ymin(geom), st_xmax(geom), st_ymax(geom), st_x(inside), st_y(inside)
from divisions,
     lateral (select st_pointonsurface(geom) as inside) p
where ($1 = '' or code = $1)
  and ($2 = '' or parent_code = $2)
  and ($3 = '' or level = $3)
order by code
