select exists (select from grids where plan_id = $1 and community_code = $2)
