-- $1 time before which answers are dropped
delete from idempotency_keys where created_at < $1
