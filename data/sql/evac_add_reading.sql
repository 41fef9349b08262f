insert into readings (gauge_id, at, kind, issued_at, stage_m, source) values ($1, $2, $3, $4, $5, $6)
on conflict do nothing
