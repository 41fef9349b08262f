-- $1: codes of communities; $2: households above which a building is described.
select b.id, s.number, r.floor, count(*)::int
from buildings b
join stairwells s on s.building_id = b.id
join rooms r on r.stairwell_id = s.id
join households h on h.room_id = r.id
where b.households > $2 and b.community_code = any ($1)
group by b.id, s.number, r.floor
order by b.id, s.number, r.floor
