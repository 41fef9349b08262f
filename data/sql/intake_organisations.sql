-- A parent is named by its identifier in the same source, or by its name.

-- name: stage
alter table stage add name text, add kind text, add parent text, add community_code text, add grid_code text,
    add building_code text, add members integer, add id bigint, add parent_id bigint;

-- name: check
update stage s set community_code = (
    select d.code from divisions d where d.level = 'community' and st_intersects(d.geom, s.geom) order by d.code limit 1)
where community_code is null and geom is not null;
update stage s set id = o.id from organisations o where (o.source, o.source_id) = (s.source, s.source_id);
update stage set id = nextval(pg_get_serial_sequence('organisations', 'id'))
where id is null and not exists (select from intake_rejects r where r.line = stage.line);
update stage s set parent_id = coalesce(
    (select p.id from stage p where p.source_id = s.parent and p.id is not null limit 1),
    (select o.id from organisations o where o.source = s.source and o.source_id = s.parent),
    (select p.id from stage p where p.name = s.parent and p.id is not null order by p.line limit 1),
    (select o.id from organisations o where o.name = s.parent order by o.id limit 1))
where s.parent is not null;
insert into intake_rejects (line, field, reason, value, geom)
select line, 'parent', 'no organisation has this identifier or name', parent, geom
from stage where parent is not null and parent_id is null
on conflict do nothing;
insert into intake_rejects (line, field, reason, value, geom)
select line, 'parent', 'its own parent', parent, geom from stage where parent_id = id
on conflict do nothing;
-- The children of a refused row are refused too, down the tree.
with recursive refused as (
    select s.id from stage s join intake_rejects r on r.line = s.line
    where not exists (select from organisations o where o.id = s.id)
    union
    select s.id from stage s join refused f on s.parent_id = f.id)
insert into intake_rejects (line, field, reason, value, geom)
select s.line, 'parent', 'its parent was refused', s.parent, s.geom
from stage s join refused f on f.id = s.id
on conflict do nothing;

-- name: apply
with put as (
    insert into organisations as t (id, parent_id, kind, name, community_code, grid_code, members, geom, source, source_id)
    select id, parent_id, kind, name, community_code, grid_code, members, geom, source, source_id from stage order by line
    on conflict (source, source_id) do update
    set parent_id = excluded.parent_id, kind = excluded.kind, name = excluded.name, community_code = excluded.community_code,
        grid_code = excluded.grid_code, members = excluded.members, geom = excluded.geom
    where (t.parent_id, t.kind, t.name, t.community_code, t.grid_code, t.members, t.geom)
          is distinct from (excluded.parent_id, excluded.kind, excluded.name, excluded.community_code, excluded.grid_code,
                            excluded.members, excluded.geom)
    returning xmax = 0 as fresh)
select count(*) filter (where fresh), count(*) filter (where not fresh) from put;
