-- $1: plan. One writer at a time; whoever reads is not held up.
select id from plans where id = $1 for no key update
