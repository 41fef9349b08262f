insert into evacuation_log (evacuation_id, at, kind, grid_code, facts, by_whom, once)
values ($1, $2, $3, nullif($4, ''), $5, $6, nullif($7, ''))
on conflict (evacuation_id, once) do nothing
