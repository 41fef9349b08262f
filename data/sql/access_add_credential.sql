-- $1 hash of the secret, $2 account, $3 role, $4 scope, $5 kind, $6 end, $7 way, $8 name, $9 now, $10 by whom
insert into credentials (secret_hash, account, role, scope_code, kind, expires_at, way, name, seen_at, made_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
