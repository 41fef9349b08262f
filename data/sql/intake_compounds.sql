-- name: stage
alter table stage add name text, add kind text, add community_code text;

-- name: check
update stage s set community_code = (
    select d.code from divisions d
    where d.level = 'community' and st_intersects(d.geom, st_pointonsurface(s.geom)) order by d.code limit 1)
where community_code is null;
insert into intake_rejects (line, field, reason, geom)
select line, 'community_code', 'lies in no community', geom from stage where community_code is null
on conflict do nothing;

-- name: apply
with put as (
    insert into compounds as t (community_code, name, kind, geom, source, source_id)
    select community_code, name, kind, geom, source, source_id from stage order by line
    on conflict (source, source_id) do update
    set community_code = excluded.community_code, name = excluded.name, kind = excluded.kind, geom = excluded.geom
    where (t.community_code, t.name, t.kind, t.geom)
          is distinct from (excluded.community_code, excluded.name, excluded.kind, excluded.geom)
    returning xmax = 0 as fresh)
select count(*) filter (where fresh), count(*) filter (where not fresh) from put;
