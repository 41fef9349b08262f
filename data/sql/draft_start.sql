-- $1: plan; $2: community.
select drawn, based_on, start from plan_starts where plan_id = $1 and community_code = $2
