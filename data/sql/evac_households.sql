-- $1 ids of buildings. Who cannot walk by himself is helped. A household without a list of people counts with
-- the number of its persons.
select s.building_id, h.id, s.number, r.floor, r.number, greatest(h.persons, p.listed), p.helped,
       p.elderly, p.child, p.disabled, p.sick, p.frail, p.pregnant
from stairwells s
join rooms r on r.stairwell_id = s.id
join households h on h.room_id = r.id
cross join lateral (
    select count(*)::int as listed, (count(*) filter (where care && array['disabled', 'sick', 'frail']))::int as helped,
           (count(*) filter (where 'elderly' = any (care)))::int as elderly, (count(*) filter (where 'child' = any (care)))::int as child,
           (count(*) filter (where 'disabled' = any (care)))::int as disabled, (count(*) filter (where 'sick' = any (care)))::int as sick,
           (count(*) filter (where 'frail' = any (care)))::int as frail, (count(*) filter (where 'pregnant' = any (care)))::int as pregnant
    from people e where e.household_id = h.id and e.resident
) p
where s.building_id = any ($1)
order by s.building_id, s.number, r.floor, r.number, h.id
