-- $1 grid
select id, code, households, persons, in_rule
from microgrids
where grid_id = $1
order by code
