-- name: stage
alter table stage add code text, add level text, add name text, add parent_code text, add kind text, add complex boolean;

-- name: check
insert into intake_rejects (line, field, reason, value, geom)
select s.line, 'code', format('division %s is there already, from %s', d.code, d.source), s.code, s.geom
from stage s join divisions d on d.code = s.code and (d.source, d.source_id) is distinct from (s.source, s.source_id)
on conflict do nothing;
insert into intake_rejects (line, field, reason, value, geom)
select line, 'code', format('the code occurs twice: also in line %s', first), code, geom
from (select line, code, geom, first_value(line) over w as first, row_number() over w as n
      from stage window w as (partition by code order by line)) s
where n > 1
on conflict do nothing;
insert into intake_rejects (line, field, reason, value, geom)
select s.line, 'code', format('the code changed from %s: a code is never used for another division', d.code), s.code, s.geom
from stage s join divisions d on (d.source, d.source_id) = (s.source, s.source_id) and d.code <> s.code
on conflict do nothing;
-- A child of a refused parent is refused too: towns first, then communities.
insert into intake_rejects (line, field, reason, value, geom)
select s.line, 'parent_code', 'no division has this code, or it was refused', s.parent_code, s.geom
from stage s
where s.level = 'town'
  and not exists (select from divisions d where d.code = s.parent_code and d.level = 'district')
  and not exists (select from stage p where p.code = s.parent_code and p.level = 'district'
                  and not exists (select from intake_rejects r where r.line = p.line))
on conflict do nothing;
insert into intake_rejects (line, field, reason, value, geom)
select s.line, 'parent_code', 'no division has this code, or it was refused', s.parent_code, s.geom
from stage s
where s.level = 'community'
  and not exists (select from divisions d where d.code = s.parent_code and d.level = 'town')
  and not exists (select from stage p where p.code = s.parent_code and p.level = 'town'
                  and not exists (select from intake_rejects r where r.line = p.line))
on conflict do nothing;

-- name: apply
with put as (
    insert into divisions as t (code, level, name, parent_code, kind, complex, geom, source, source_id)
    select code, level, name, parent_code, kind, complex, geom, source, source_id
    from stage order by case level when 'district' then 1 when 'town' then 2 else 3 end, code
    on conflict (source, source_id) do update
    set level = excluded.level, name = excluded.name, parent_code = excluded.parent_code, kind = excluded.kind,
        complex = excluded.complex, geom = excluded.geom, valid_from = current_date
    where (t.level, t.name, t.parent_code, t.kind, t.complex, t.geom)
          is distinct from (excluded.level, excluded.name, excluded.parent_code, excluded.kind, excluded.complex, excluded.geom)
    returning xmax = 0 as fresh)
select count(*) filter (where fresh), count(*) filter (where not fresh) from put;
