-- $1: community. The longitude by which its district chooses its zone of projection: that of its first community.
select (st_xmin(f.geom) + st_xmax(f.geom)) / 2
from divisions c
join divisions t on t.code = c.parent_code
join divisions f on f.level = 'community' and f.parent_code in (select code from divisions where parent_code = t.parent_code)
where c.code = $1
order by f.code
limit 1
