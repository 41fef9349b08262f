insert into evacuations (name, division_code, drill, replay, settings, terrain_id, clock_from, clock_at, clock_rate, opened_at, opened_by)
values ($1, $2, $3, nullif($4, ''), $5, nullif($6, 0), $7, $8, $9, $7, $10)
returning id
