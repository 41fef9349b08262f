-- $1 hash of the secret, $2 account, $3 role, $4 scope, $5 kind, $6 end
insert into credentials (secret_hash, account, role, scope_code, kind, expires_at)
values ($1, $2, $3, $4, $5, $6)
