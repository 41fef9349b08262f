-- $1: community. Micro-grids in force that own land.
select m.code, m.geom
from microgrids m
join grids g on g.id = m.grid_id
where g.community_code = $1 and upper_inf(g.valid) and not m.layered
order by m.code
