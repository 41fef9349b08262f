select e.version, p.id, p.name, coalesce(p.division_code, (select code from divisions where level = 'district' order by code limit 1), ''), e.at
from enactments e
join plans p on p.id = e.plan_id
order by e.version desc
