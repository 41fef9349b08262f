-- name: stage
alter table stage add class text, add name text, add bridge boolean, add deck_m real;

-- name: apply
with put as (
    insert into roads as t (class, name, bridge, deck_m, geom, source, source_id)
    select class, name, bridge, deck_m, geom, source, source_id from stage order by line
    on conflict (source, source_id) do update
    set class = excluded.class, name = excluded.name, bridge = excluded.bridge, deck_m = excluded.deck_m, geom = excluded.geom
    where (t.class, t.name, t.bridge, t.deck_m, t.geom)
          is distinct from (excluded.class, excluded.name, excluded.bridge, excluded.deck_m, excluded.geom)
    returning xmax = 0 as fresh)
select count(*) filter (where fresh), count(*) filter (where not fresh) from put;
