insert into evacuation_overrides (evacuation_id, building_id, shelter_id, reason, at, by_whom) values ($1, $2, nullif($3, 0), $4, $5, $6)
