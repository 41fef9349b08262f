-- name: stage
alter table stage add kind text, add name text, add state text, add building_code text;

-- name: apply
with put as (
    insert into objects as t (kind, name, state, geom, source, source_id)
    select kind, name, state, geom, source, source_id from stage order by line
    on conflict (source, source_id) do update
    set kind = excluded.kind, name = excluded.name, state = excluded.state, geom = excluded.geom
    where (t.kind, t.name, t.state, t.geom)
          is distinct from (excluded.kind, excluded.name, excluded.state, excluded.geom)
    returning xmax = 0 as fresh)
select count(*) filter (where fresh), count(*) filter (where not fresh) from put;
