-- $1: plan. Its row is held until the transaction ends.
select name, status, author, coalesce(approver, ''), coalesce(division_code, (select code from divisions where level = 'district' order by code limit 1), ''),
       effective_on, enacted_at is not null,
       coalesce((select min(lower(valid)) from grids), 'infinity') = 'infinity' as first
from plans
where id = $1
for update
