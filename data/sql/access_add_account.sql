-- $1 account, $2 hash of the password, $3 role, $4 scope, $5 whether to replace
insert into accounts (account, password_hash, role, scope_code)
values ($1, $2, $3, $4)
on conflict (account) do update
set password_hash = excluded.password_hash, role = excluded.role, scope_code = excluded.scope_code, disabled = false
where $5::boolean
