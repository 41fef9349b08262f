-- $1: now. The plan whose day has come.
select id
from plans
where status = 'published' and enacted_at is null and effective_on <= ($1::timestamptz at time zone 'Asia/Shanghai')::date
