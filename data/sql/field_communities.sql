-- $1: an area. Communities of which it holds more than a hundredth, or that hold
-- more than a hundredth of it.
select d.code, d.name, d.geom
from divisions d
cross join lateral (select st_area(st_intersection(d.geom, $1::geometry)) as shared) x
where d.level = 'community' and d.geom && $1::geometry
  and (x.shared > 0.01 * st_area(d.geom) or x.shared > 0.01 * st_area($1::geometry))
order by d.code
