-- $1 evacuation; who of the households on the list has a name of his own
select e.household_id, e.id
from evacuation_listed l
join people e on e.household_id = l.household_id and e.resident
where l.evacuation_id = $1
order by e.household_id, e.id
