-- $1 account, $2 key, $3 hash of the request, $4 status, $5 answer
insert into idempotency_keys (account, key, request_hash, status, response)
values ($1, $2, $3, $4, $5::jsonb)
