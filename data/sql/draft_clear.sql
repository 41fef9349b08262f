-- $1: plan; $2: communities. Their grids in the plan, with micro-grids and buildings.
delete from grids where plan_id = $1 and community_code = any ($2)
