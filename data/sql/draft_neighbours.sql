-- $1: community. Itself and those that touch it, or nearly.
select n.code
from divisions c
join divisions n on n.level = 'community' and n.geom && st_expand(c.geom, 0.0005) and st_dwithin(n.geom, c.geom, 0.0005)
where c.code = $1
order by n.code
