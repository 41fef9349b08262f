-- $1: plan; $2: ids; $3: account
update carryovers
set confirmed_by = $3, confirmed_at = now()
where plan_id = $1 and id = any ($2) and confirmed_at is null
