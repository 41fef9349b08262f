-- $1: case. The grids that it was in before plans replaced them, oldest first.
select m.at, m.version, a.code, a.name, b.code, b.name
from case_moves m
join grids a on a.id = m.from_grid
join grids b on b.id = m.to_grid
where m.case_id = $1
order by m.version
