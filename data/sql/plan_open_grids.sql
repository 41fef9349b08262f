-- $1: plan; $2: first day.
update grids set valid = daterange($2::date, null) where plan_id = $1
