-- $1 codes of grids, $2 moment: who leads the team, and how it is reached, masked
select t.grid_code, r.code, r.name, m.name_masked, m.phone_masked
from teams t
join team_members m on m.team_id = coalesce(t.served_by, t.id)
join team_roles r on r.code = m.role_code
where t.grid_code = any ($1) and r.ring in ('1', '6')
  and t.valid @> ($2::timestamptz at time zone 'Asia/Shanghai')::date
  and m.valid @> ($2::timestamptz at time zone 'Asia/Shanghai')::date
order by t.grid_code, r.rank, m.id
