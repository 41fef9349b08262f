-- $1 evacuation, $2 code of the grid: the households on its list, and their people
select l.household_id, l.building_id, coalesce(nullif(b.name, ''), nullif(b.address, ''), b.code), case when b.name <> '' then b.address else '' end, s.number, r.floor, r.number, l.persons,
       coalesce(e.id, 0), coalesce(e.sealed, ''), coalesce(e.birth_year, 0)::int, coalesce(e.care, '{}')
from evacuation_listed l
join buildings b on b.id = l.building_id
join households h on h.id = l.household_id
join rooms r on r.id = h.room_id
join stairwells s on s.id = r.stairwell_id
left join people e on e.household_id = l.household_id and e.resident
where l.evacuation_id = $1 and l.grid_code = $2
order by b.id, s.number, r.floor desc, r.number, l.household_id, e.id
