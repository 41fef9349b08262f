-- $1 building
select p.id, p.household_id, s.number, r.floor, r.number, p.sealed, p.sex::text, p.birth_year::int, p.care, p.resident
from stairwells s
join rooms r on r.stairwell_id = s.id
join households h on h.room_id = r.id
join people p on p.household_id = h.id
where s.building_id = $1
order by s.number, r.floor, r.number, p.id
limit 10000
