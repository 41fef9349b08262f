-- $1 account, $2 key
select request_hash, status, response #>> '{}'
from idempotency_keys
where account = $1 and key = $2
