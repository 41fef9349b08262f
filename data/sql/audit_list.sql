-- $1 entries before this number (zero: from the newest), $2 how many
select id, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), actor, role, action, subject, result, detail
from audit
where $1::bigint = 0 or id < $1
order by id desc
limit $2
