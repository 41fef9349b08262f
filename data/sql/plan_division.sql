-- $1: plan
select coalesce(division_code, (select code from divisions where level = 'district' order by code limit 1), '')
from plans
where id = $1
