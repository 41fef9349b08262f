-- name: stage
alter table stage add name text, add capacity integer, add accessible boolean, add building_code text;

-- name: apply
with put as (
    insert into shelters as t (name, capacity, accessible, geom, source, source_id)
    select name, capacity, accessible, geom, source, source_id from stage order by line
    on conflict (source, source_id) do update
    set name = excluded.name, capacity = excluded.capacity, accessible = excluded.accessible, geom = excluded.geom
    where (t.name, t.capacity, t.accessible, t.geom)
          is distinct from (excluded.name, excluded.capacity, excluded.accessible, excluded.geom)
    returning xmax = 0 as fresh)
select count(*) filter (where fresh), count(*) filter (where not fresh) from put;
