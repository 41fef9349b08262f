insert into plan_starts (plan_id, community_code, drawn, based_on, start) values ($1, $2, $3, $4, $5)
