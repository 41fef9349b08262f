-- $1 account, $2 key
select pg_advisory_xact_lock(hashtextextended($1 || chr(31) || $2, 7201152))
