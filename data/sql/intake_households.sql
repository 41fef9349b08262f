-- name: stage
alter table stage add building_code text, add stairwell integer, add floor integer, add room text, add persons integer,
    add building_id bigint, add room_id bigint;

-- name: check
update stage s set building_id = b.id from buildings b where b.code = s.building_code;
insert into intake_rejects (line, field, reason, value)
select s.line, 'floor', format('the building has %s floors', b.floors), s.floor::text
from stage s join buildings b on b.id = s.building_id
where s.floor > b.floors
on conflict do nothing;
insert into intake_rejects (line, field, reason, value)
select line, 'floor', format('the same room is on another floor in line %s', first), floor::text
from (select line, floor, first_value(line) over w as first, first_value(floor) over w as first_floor
      from stage window w as (partition by building_id, stairwell, room order by line)) s
where floor <> first_floor
on conflict do nothing;

-- name: prepare
insert into stairwells (building_id, number)
select distinct building_id, stairwell from stage
on conflict do nothing;
insert into rooms as t (stairwell_id, floor, number)
select distinct w.id, s.floor, s.room
from stage s join stairwells w on (w.building_id, w.number) = (s.building_id, s.stairwell)
on conflict (stairwell_id, number) do update set floor = excluded.floor where t.floor <> excluded.floor;
update stage s set room_id = r.id
from stairwells w join rooms r on r.stairwell_id = w.id
where (w.building_id, w.number, r.number) = (s.building_id, s.stairwell, s.room);

-- name: apply
with put as (
    insert into households as t (room_id, persons, source, source_id)
    select room_id, persons, source, source_id from stage order by line
    on conflict (source, source_id) do update set room_id = excluded.room_id, persons = excluded.persons
    where (t.room_id, t.persons) is distinct from (excluded.room_id, excluded.persons)
    returning xmax = 0 as fresh)
select count(*) filter (where fresh), count(*) filter (where not fresh) from put;

-- name: finish
-- An estimate gives way to a count.
update buildings b set households = c.households, persons = c.persons, estimated = false
from (select w.building_id, count(*) as households, sum(h.persons) as persons
      from households h join rooms r on r.id = h.room_id join stairwells w on w.id = r.stairwell_id
      where w.building_id in (select building_id from stage)
      group by w.building_id) c
where b.id = c.building_id and b.estimated;

-- name: warnings
select 'buildings count other households than were taken in for them', count(*)
from buildings b
join (select w.building_id, count(*) as households
      from households h join rooms r on r.id = h.room_id join stairwells w on w.id = r.stairwell_id
      where w.building_id in (select building_id from stage)
      group by w.building_id) c on c.building_id = b.id
where b.households <> c.households;
