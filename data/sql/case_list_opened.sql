-- $8, $9 id and time of the last case before this page (zero: the first page), $10 how many
  and ($8::bigint = 0 or (c.opened_at, c.id) < ($9::timestamptz, $8))
order by c.opened_at desc, c.id desc
limit $10
