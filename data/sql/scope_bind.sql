-- $1 beginning of the codes inside the scope, $2 account
select set_config('gridmap.scope', $1::text, false), set_config('gridmap.account', $2::text, false)
