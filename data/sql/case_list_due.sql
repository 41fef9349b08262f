-- $8, $9 id and time of the last case before this page (zero: the first page), $10 how many
  and ($8::bigint = 0 or (c.due_at, c.id) > ($9::timestamptz, $8))
order by c.due_at, c.id
limit $10
