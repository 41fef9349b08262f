-- $1 account, $2 hash of the secret of the session that goes on; null: none
update credentials set revoked = true
where account = $1 and kind = 'session' and not revoked and secret_hash is distinct from $2::bytea
