-- $1: plan
update plans
set status = 'approved', published_at = null, effective_on = null
where id = $1
