-- name: stage
alter table stage add name text, add crest_m real;

-- name: apply
with put as (
    insert into levees as t (name, crest_m, geom, source, source_id)
    select name, crest_m, geom, source, source_id from stage order by line
    on conflict (source, source_id) do update
    set name = excluded.name, crest_m = excluded.crest_m, geom = excluded.geom
    where (t.name, t.crest_m, t.geom) is distinct from (excluded.name, excluded.crest_m, excluded.geom)
    returning xmax = 0 as fresh)
select count(*) filter (where fresh), count(*) filter (where not fresh) from put;
