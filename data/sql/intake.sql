-- What every kind shares. Each kind's own file makes the table stage, checks
-- it, and applies it with one statement that answers (inserted, updated).

-- name: begin
create temp table intake_rejects (
    line   bigint primary key,
    field  text not null,
    reason text not null,
    value  text not null default '',
    geom   geometry
) on commit drop;
create temp table stage (
    line       bigint not null,
    source     text not null,
    source_id  text not null,
    source_crs text not null,
    geom       geometry
) on commit drop;

-- name: twice
insert into intake_rejects (line, field, reason, value, geom)
select line, 'source_id', format('the identifier occurs twice: also in line %s', first), source_id, geom
from (select line, source_id, geom, first_value(line) over w as first, row_number() over w as n
      from stage window w as (partition by source_id order by line)) s
where n > 1
on conflict do nothing;

-- name: outside
insert into intake_rejects (line, field, reason, geom)
select line, 'geometry', 'outside the district', geom
from stage s
where geom is not null
  and exists (select from divisions where level = 'district')
  and not exists (select from divisions d where d.level = 'district' and st_intersects(d.geom, s.geom))
on conflict do nothing;

-- name: at_building
insert into intake_rejects (line, field, reason, value)
select line, 'building_code', 'no building has this code', building_code
from stage s
where building_code is not null and not exists (select from buildings b where b.code = s.building_code)
on conflict do nothing;
update stage s set geom = st_pointonsurface(b.geom)
from buildings b
where s.geom is null and b.code = s.building_code;

-- name: in_community
insert into intake_rejects (line, field, reason, value, geom)
select line, 'community_code', 'no community has this code', community_code, geom
from stage s
where community_code is not null
  and not exists (select from divisions d where d.code = s.community_code and d.level = 'community')
on conflict do nothing;

-- name: sift
delete from stage s using intake_rejects r where r.line = s.line;
analyze stage;

-- name: rejects
select line, field, reason, value, geom from intake_rejects order by line;

-- name: end
drop table stage, intake_rejects;
