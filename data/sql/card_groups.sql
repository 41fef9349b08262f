-- $1 code of the grid, $2 now
select name, members
from groups
where grid_code = $1 and valid @> ($2::timestamptz at time zone 'Asia/Shanghai')::date
order by id
