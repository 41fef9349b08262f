-- $1 code of the grid, $2 now
select kind, name, members
from organisations
where grid_code = $1 and kind in ('party_committee', 'party_branch', 'party_group')
  and valid @> ($2::timestamptz at time zone 'Asia/Shanghai')::date
order by array_position(array['party_committee', 'party_branch', 'party_group'], kind), id
