-- $1 code of the grid, $2 now
select r.code, r.name, r.ring, m.name_masked, m.phone_masked
from teams t
join team_members m on m.team_id = coalesce(t.served_by, t.id)
join team_roles r on r.code = m.role_code
where t.grid_code = $1
  and t.valid @> ($2::timestamptz at time zone 'Asia/Shanghai')::date
  and m.valid @> ($2::timestamptz at time zone 'Asia/Shanghai')::date
order by r.rank, m.id
