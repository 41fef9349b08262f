-- $1 id
select b.community_code
from people p
join households h on h.id = p.household_id
join rooms r on r.id = h.room_id
join stairwells s on s.id = r.stairwell_id
join buildings b on b.id = s.building_id
where p.id = $1
