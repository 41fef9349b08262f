-- name: stage
alter table stage add kind text, add name text;

-- name: apply
with put as (
    insert into water as t (kind, name, geom, source, source_id)
    select kind, name, geom, source, source_id from stage order by line
    on conflict (source, source_id) do update
    set kind = excluded.kind, name = excluded.name, geom = excluded.geom
    where (t.kind, t.name, t.geom)
          is distinct from (excluded.kind, excluded.name, excluded.geom)
    returning xmax = 0 as fresh)
select count(*) filter (where fresh), count(*) filter (where not fresh) from put;
