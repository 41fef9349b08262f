-- $1 entries before this number (zero: from the newest), $2 how many, $3 actor, $4 action, empty: any; $5 from and $6
-- before, null: any
select id, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), actor, role, action, subject, result, detail
from audit
where ($1::bigint = 0 or id < $1)
  and ($3::text = '' or actor = $3)
  and ($4::text = '' or action = $4)
  and ($5::timestamptz is null or at >= $5)
  and ($6::timestamptz is null or at < $6)
order by id desc
limit $2
