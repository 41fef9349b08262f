-- $1 case, $2 department: whether it is one, and whether it is expected already
select exists (select from organisations where id = $2 and kind = 'department' and valid @> (now() at time zone 'Asia/Shanghai')::date),
       exists (select from whistles where case_id = $1 and department_id = $2 and arrived_at is null)
