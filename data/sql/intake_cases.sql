-- A case is routed to the grid in which it lies: of the version that held when
-- it was opened or, before there was one, of that in force. A case that
-- went on in this system since it came in is left as it is.

-- name: stage
alter table stage add type_code text, add title text, add description text, add level text, add step text, add board text,
    add building_code text, add grid_code text, add opened_at timestamptz, add closed_at timestamptz, add rating smallint,
    add building_id bigint, add grid_id bigint, add microgrid_id bigint, add community_code text, add town_code text,
    add team_id bigint, add due_at timestamptz;

-- name: check
update stage set source_crs = case
    when geom is not null and building_code is not null and source_crs not in ('cgcs2000', 'gcj02', 'bd09') then 'building'
    when geom is null then 'grid'
    when source_crs not in ('gcj02', 'bd09') then 'cgcs2000'
    else source_crs end;
insert into intake_rejects (line, field, reason, value, geom)
select line, 'type_code', 'no case type has this code', type_code, geom
from stage s where not exists (select from case_types t where s.type_code in (t.code, t.name))
on conflict do nothing;
update stage s set type_code = t.code
from case_types t
where s.type_code = t.name and not exists (select from case_types u where u.code = s.type_code);
update stage s set building_id = b.id from buildings b where b.code = s.building_code;
update stage s set grid_id = g.id, geom = coalesce(s.geom, st_pointonsurface(g.geom))
from grids g
where g.code = s.grid_code
  and g.id = (select h.id from grids h
              where h.code = s.grid_code and (h.valid @> s.opened_at or upper_inf(h.valid))
              order by h.valid @> s.opened_at desc, h.id desc limit 1);
insert into intake_rejects (line, field, reason, value, geom)
select line, 'grid_code', 'no grid in force has this code', grid_code, geom
from stage where grid_code is not null and grid_id is null
on conflict do nothing;
update stage s set grid_id = (
    select g.id from grids g
    where st_intersects(g.geom, s.geom) and (g.valid @> s.opened_at or upper_inf(g.valid))
    order by g.valid @> s.opened_at desc, g.id limit 1)
where grid_id is null and geom is not null;
insert into intake_rejects (line, field, reason, geom)
select line, 'geometry', 'lies in no grid', geom
from stage where grid_id is null
on conflict do nothing;
insert into intake_rejects (line, field, reason, value, geom)
select s.line, 'source_id', format('another case has this number, from %s', c.source), s.source_id, s.geom
from stage s join cases c on c.number = s.source_id and c.source <> s.source
on conflict do nothing;
update stage s set community_code = g.community_code, town_code = d.parent_code, board = coalesce(s.board, t.board),
    due_at = s.opened_at + make_interval(hours => t.limit_hours),
    team_id = (select id from teams where grid_code = g.code and valid @> current_date limit 1),
    microgrid_id = (select m.id from microgrids m where m.grid_id = g.id and st_intersects(m.geom, s.geom) order by m.id limit 1)
from grids g join divisions d on d.code = g.community_code, case_types t
where g.id = s.grid_id and t.code = s.type_code;

-- name: apply
with put as (
    insert into cases as t (number, type_code, title, description, level, step, board, building_id, grid_id, microgrid_id,
        community_code, town_code, team_id, opened_at, step_at, due_at, closed_at, rating, geom, source, source_crs)
    select source_id, type_code, title, description, level, step, board, building_id, grid_id, microgrid_id,
        community_code, town_code, team_id, opened_at, coalesce(closed_at, opened_at), due_at, closed_at, rating, geom, source, source_crs
    from stage order by line
    on conflict (number) do update
    set type_code = excluded.type_code, title = excluded.title, description = excluded.description, level = excluded.level,
        step = excluded.step, board = excluded.board, building_id = excluded.building_id, opened_at = excluded.opened_at,
        step_at = excluded.step_at, due_at = excluded.due_at, closed_at = excluded.closed_at, rating = excluded.rating,
        geom = excluded.geom, source_crs = excluded.source_crs
    where t.version = 1 and not t.whistle
      and (t.type_code, t.title, t.description, t.level, t.step, t.board, t.building_id, t.opened_at, t.due_at, t.closed_at,
           t.rating, t.geom, t.source_crs)
          is distinct from
          (excluded.type_code, excluded.title, excluded.description, excluded.level, excluded.step, excluded.board,
           excluded.building_id, excluded.opened_at, excluded.due_at, excluded.closed_at, excluded.rating, excluded.geom,
           excluded.source_crs)
    returning xmax = 0 as fresh)
select count(*) filter (where fresh), count(*) filter (where not fresh) from put;

-- name: finish
insert into case_steps (case_id, seq, step, level, at, actor, remark)
select c.id, 1, 'order', c.level, c.opened_at, 'import', ''
from cases c join stage s on s.source_id = c.number
where not exists (select from case_steps l where l.case_id = c.id);
insert into case_steps (case_id, seq, step, level, at, actor, remark)
select c.id, 2, c.step, c.level, c.step_at, 'import', ''
from cases c join stage s on s.source_id = c.number
where c.step <> 'order' and c.version = 1
  and (select max(seq) from case_steps l where l.case_id = c.id) = 1;

-- name: warnings
select 'cases went on here since they came in and were left as they are', count(*)
from stage s join cases c on c.number = s.source_id where c.version > 1;
