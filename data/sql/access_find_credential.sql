-- $1 hash of the secret, $2 now, $3 how long a session may be idle (zero: for ever), $4 whether the wall's is bound
-- too, $5 days that a password is good for (zero: for ever), $6 when whoever asks saw it in use last, by a clock that
-- nobody sets. A session has the role and scope that its account
-- has today; a token keeps its own, and falls with its account if it was made for one.
select c.secret_hash, c.account,
       case when c.kind = 'session' then coalesce(a.role, c.role) else c.role end,
       case when c.kind = 'session' then coalesce(a.scope_code, c.scope_code) else c.scope_code end,
       c.kind, c.expires_at, c.way, c.seen_at,
       c.way = 'password' and coalesce(a.must_change or $5::int > 0 and a.password_at < $2::timestamptz - make_interval(days => $5), false)
from credentials c
left join accounts a on a.account = c.account
where c.secret_hash = $1
  and not c.revoked
  and c.expires_at > $2
  and not coalesce(a.disabled, false)
  and (c.kind = 'token' or $3::interval = interval '0' or greatest(c.seen_at, $6) > $2 - $3
       or coalesce(a.role, c.role) = 'wall' and not $4::boolean)
