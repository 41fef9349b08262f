-- $1 issuer, $2 subject
select a.account, a.password_hash, a.role, a.scope_code, a.disabled, a.must_change, a.password_at, coalesce(a.issuer, ''), coalesce(a.subject, ''), a.created_at,
       (select t.until from sign_in_tries t where t.key = substr(sha256(convert_to('account:' || a.account, 'UTF8')), 1, 8) and t.until > now())
from accounts a
where a.issuer = $1 and a.subject = $2
