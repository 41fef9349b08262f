-- $1 an area: is there a district, and does the area touch it?
select count(*) > 0, coalesce(bool_or(st_intersects(geom, $1)), false) from divisions where level = 'district'
