-- A gauge may have several rows: one for each notice of its thresholds.

-- name: stage
alter table stage add name text, add river text, add warning_m real, add guarantee_m real, add valid_from date, add datum text;

-- name: check
insert into intake_rejects (line, field, reason, value, geom)
select s.line, 'source_id', format('another gauge has this code, from %s', g.source), s.source_id, s.geom
from stage s join gauges g on g.code = s.source_id and g.source <> s.source
on conflict do nothing;
insert into intake_rejects (line, field, reason, value, geom)
select line, 'valid_from', format('the gauge has a threshold of this day already, in line %s', first), source_id, geom
from (select line, source_id, geom, first_value(line) over w as first, row_number() over w as n
      from stage window w as (partition by source_id, valid_from order by line)) s
where n > 1
on conflict do nothing;

-- name: apply
with gauge as (
    select distinct on (source_id) line, source_id, name, river, geom, source
    from stage order by source_id, valid_from desc nulls last),
put as (
    insert into gauges as t (code, name, river, geom, source)
    select source_id, name, river, geom, source from gauge order by line
    on conflict (code) do update set name = excluded.name, river = excluded.river, geom = excluded.geom
    where (t.name, t.river, t.geom) is distinct from (excluded.name, excluded.river, excluded.geom)
    returning xmax = 0 as fresh)
select count(*) filter (where fresh), count(*) filter (where not fresh) from put;

-- name: finish
insert into gauge_thresholds as t (gauge_id, valid_from, warning_m, guarantee_m, datum, source)
select g.id, s.valid_from, s.warning_m, s.guarantee_m, s.datum, s.source
from stage s join gauges g on g.code = s.source_id
where s.warning_m is not null or s.guarantee_m is not null
on conflict (gauge_id, valid_from) do update
set warning_m = excluded.warning_m, guarantee_m = excluded.guarantee_m, datum = excluded.datum, source = excluded.source
where (t.warning_m, t.guarantee_m, t.datum, t.source)
      is distinct from (excluded.warning_m, excluded.guarantee_m, excluded.datum, excluded.source);
