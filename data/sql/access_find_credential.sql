-- $1 hash of the secret, $2 now. A session has the role and scope that its
-- account has today; a token keeps its own, and falls with its account if it
-- was made for one.
select c.secret_hash, c.account,
       case when c.kind = 'session' then coalesce(a.role, c.role) else c.role end,
       case when c.kind = 'session' then coalesce(a.scope_code, c.scope_code) else c.scope_code end,
       c.kind, c.expires_at
from credentials c
left join accounts a on a.account = c.account
where c.secret_hash = $1
  and not c.revoked
  and c.expires_at > $2
  and not coalesce(a.disabled, false)
