-- $1 account, $2 hash of the password, $3 role, $4 scope, $5 whether to replace, $6 the password must be changed,
-- $7 issuer and $8 subject at the identity provider, empty: none
insert into accounts (account, password_hash, role, scope_code, must_change, issuer, subject)
values ($1, $2, $3, $4, $6, nullif($7::text, ''), nullif($8::text, ''))
on conflict (account) do update
set password_hash = excluded.password_hash, role = excluded.role, scope_code = excluded.scope_code, disabled = false,
    must_change = excluded.must_change, password_at = now()
where $5::boolean
