-- A building belongs to the community in which a point on its surface lies.
-- Borders and footprints come from different surveys: up to 0.001° (75 to 110 m)
-- outside the district a building is taken in, without a community.

-- name: stage
alter table stage add code text, add community_code text, add name text, add address text, add kind text, add kind_guess text, add dedicated text,
    add floors integer, add height_m real, add storey_m real, add plinth_m real, add households integer, add persons integer,
    add estimated boolean, add at geometry, add compound_id bigint;

-- name: check
-- A row without a place belongs to the building that has its code.
update stage s set source = b.source, source_id = b.source_id, source_crs = b.source_crs, geom = b.geom
from buildings b where s.geom is null and b.code = s.code;
insert into intake_rejects (line, field, reason, value)
select line, 'geometry', 'missing, and no building has this code', code from stage where geom is null
on conflict do nothing;
delete from stage where geom is null;
-- A column that the file lacks says nothing of a building that is known; an
-- estimate never replaces a count.
update stage s
set code = coalesce(s.code, t.code), name = coalesce(s.name, t.name), address = coalesce(s.address, t.address),
    kind = coalesce(s.kind, t.kind), dedicated = coalesce(s.dedicated, t.dedicated), floors = coalesce(s.floors, t.floors),
    height_m = case when s.height_m is not null then s.height_m
                    when s.floors <> t.floors and t.height_m = t.floors * t.storey_m then s.floors * coalesce(s.storey_m, t.storey_m)
                    else t.height_m end,
    storey_m = coalesce(s.storey_m, t.storey_m), plinth_m = coalesce(s.plinth_m, t.plinth_m),
    households = case when coalesce(s.estimated, true) and not t.estimated then t.households else coalesce(s.households, t.households) end,
    persons = case when coalesce(s.estimated, true) and not t.estimated then t.persons else coalesce(s.persons, t.persons) end,
    estimated = coalesce(s.estimated, true) and t.estimated
from buildings t where (t.source, t.source_id) = (s.source, s.source_id);
-- Found in tables of their own and written once: an update of the staged rows
-- costs more than the search.
create temp table place on commit drop as select line, st_pointonsurface(geom) as at from stage;
create index on place using gist (at);
analyze place;
create temp table home on commit drop as
select p.line, min(d.code) as code
from divisions d join place p on st_intersects(d.geom, p.at)
where d.level = 'community' group by p.line;
create temp table fence on commit drop as
select p.line, min(c.id) as id
from compounds c join place p on st_intersects(c.geom, p.at) group by p.line;
update stage s
set code = coalesce(s.code, s.source || ':' || s.source_id), name = coalesce(s.name, ''), address = coalesce(s.address, ''),
    kind = coalesce(s.kind, s.kind_guess), floors = coalesce(s.floors, 1), storey_m = coalesce(s.storey_m, 3), plinth_m = coalesce(s.plinth_m, 0.3),
    height_m = coalesce(s.height_m, coalesce(s.floors, 1) * coalesce(s.storey_m, 3)),
    at = p.at, community_code = coalesce(s.community_code, h.code), compound_id = f.id
from place p left join home h using (line) left join fence f using (line)
where p.line = s.line;
drop table place, home, fence;
analyze stage;
insert into intake_rejects (line, field, reason, geom)
select line, 'geometry', 'outside the district', geom
from stage s
where s.community_code is null
  and exists (select from divisions where level = 'district')
  and not exists (select from divisions d where d.level = 'district' and st_dwithin(d.geom, s.at, 0.001))
on conflict do nothing;
insert into intake_rejects (line, field, reason, value, geom)
select line, 'code', format('the code occurs twice: also in line %s', first), code, geom
from (select line, code, geom, first_value(line) over w as first, row_number() over w as n
      from stage window w as (partition by code order by line)) s
where n > 1
on conflict do nothing;
insert into intake_rejects (line, field, reason, value, geom)
select line, 'source_id', format('the same building is also in line %s', first), source_id, geom
from (select line, source_id, geom, first_value(line) over w as first, row_number() over w as n
      from stage window w as (partition by source, source_id order by line)) s
where n > 1
on conflict do nothing;
insert into intake_rejects (line, field, reason, value, geom)
select s.line, 'code', format('another building has this code, from %s', b.source), s.code, s.geom
from stage s join buildings b on b.code = s.code and (b.source, b.source_id) is distinct from (s.source, s.source_id)
on conflict do nothing;

-- name: apply
with put as (
    insert into buildings as t (code, community_code, compound_id, name, address, kind, dedicated, floors, height_m, storey_m,
        plinth_m, households, persons, estimated, geom, source, source_id, source_crs)
    select code, community_code, compound_id, name, address, kind, dedicated, floors, height_m, storey_m,
        plinth_m, households, persons, estimated, geom, source, source_id, source_crs
    from stage order by line
    on conflict (source, source_id) do update
    set code = excluded.code, community_code = excluded.community_code, compound_id = excluded.compound_id, name = excluded.name,
        address = excluded.address, kind = excluded.kind, dedicated = excluded.dedicated, floors = excluded.floors,
        height_m = excluded.height_m, storey_m = excluded.storey_m, plinth_m = excluded.plinth_m, households = excluded.households,
        persons = excluded.persons, estimated = excluded.estimated, geom = excluded.geom, source_crs = excluded.source_crs
    where (t.code, t.community_code, t.compound_id, t.name, t.address, t.kind, t.dedicated, t.floors, t.height_m, t.storey_m,
           t.plinth_m, t.households, t.persons, t.estimated, t.geom, t.source_crs)
          is distinct from
          (excluded.code, excluded.community_code, excluded.compound_id, excluded.name, excluded.address, excluded.kind,
           excluded.dedicated, excluded.floors, excluded.height_m, excluded.storey_m, excluded.plinth_m, excluded.households,
           excluded.persons, excluded.estimated, excluded.geom, excluded.source_crs)
    returning xmax = 0 as fresh)
select count(*) filter (where fresh), count(*) filter (where not fresh) from put;

-- name: warnings
select 'buildings lie in no community (inside the district, or just outside)' as text, count(*)
from stage where community_code is null and exists (select from divisions where level = 'district')
union all
select 'buildings have estimated households or persons', count(*) from stage where estimated;
