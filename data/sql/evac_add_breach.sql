insert into breaches (evacuation_id, geom, at, by_whom) values ($1, $2, $3, $4)
