-- $1 beginning of the codes, $2 now
select id, account, name, role, scope_code, made_by, created_at, expires_at, seen_at
from credentials
where kind = 'token' and not revoked and expires_at > $2 and starts_with(scope_code, $1)
order by id desc
