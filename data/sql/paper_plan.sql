-- $1: plan
select id, name, status, author, coalesce(approver, ''), coalesce(division_code, (select code from divisions where level = 'district' order by code limit 1), ''),
       version, effective_on, enacted_at,
       coalesce((parameters ->> 'min')::int, 300), coalesce((parameters ->> 'max')::int, 500),
       coalesce((parameters ->> 'micro_min')::int, 50), coalesce((parameters ->> 'micro_max')::int, 80)
from plans
where id = $1
