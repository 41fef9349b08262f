insert into roll_calls (evacuation_id, grid_code, household_id, person_id, extra, status, shelter_id, decision, note, at, received_at, by_whom, device, sequence, place)
values ($1, $2, nullif($3, 0), nullif($4, 0), nullif($5, 0), $6, nullif($7, 0), $8, $9, $10, $11, $12, $13, $14, $15)
on conflict (evacuation_id, device, sequence) do nothing
returning id
