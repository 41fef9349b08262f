-- name: stage
alter table stage add kind text, add name text, add risk text;

-- name: apply
with put as (
    insert into land as t (kind, name, risk, geom, source, source_id)
    select kind, name, risk, geom, source, source_id from stage order by line
    on conflict (source, source_id) do update
    set kind = excluded.kind, name = excluded.name, risk = excluded.risk, geom = excluded.geom
    where (t.kind, t.name, t.risk, t.geom)
          is distinct from (excluded.kind, excluded.name, excluded.risk, excluded.geom)
    returning xmax = 0 as fresh)
select count(*) filter (where fresh), count(*) filter (where not fresh) from put;
