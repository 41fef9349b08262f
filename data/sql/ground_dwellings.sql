-- $1: division code; $2: households above which a building is described.
select b.id, s.number, r.floor, count(*)::int
from buildings b
join stairwells s on s.building_id = b.id
join rooms r on r.stairwell_id = s.id
join households h on h.room_id = r.id
where b.households > $2 and exists (
    select from divisions c left join divisions t on t.code = c.parent_code
    where c.code = b.community_code and $1 in (c.code, t.code, t.parent_code))
group by b.id, s.number, r.floor
order by b.id, s.number, r.floor
