-- $1 evacuation, $2 households, $3 people: whose they are
select l.household_id, coalesce(e.id, 0), l.grid_code
from evacuation_listed l
left join people e on e.household_id = l.household_id and e.id = any ($3)
where l.evacuation_id = $1 and (l.household_id = any ($2) or e.id is not null)
