-- The columns of CaseView, in its order; an absent time is the zero time.
select c.id, c.number, c.type_code, c.title, c.description, c.level, c.step, c.board,
       coalesce(c.building_id, 0), c.grid_id, coalesce(c.microgrid_id, 0), c.community_code, c.town_code, coalesce(c.team_id, 0),
       c.opened_at, c.step_at, c.due_at, coalesce(c.closed_at, '0001-01-01 00:00:00+00'),
       coalesce(c.rating, 0), c.whistle, c.version, c.geom, c.source, c.source_crs,
       t.name, t.sensitive, g.code, community.name, town.name
from cases c
join case_types t on t.code = c.type_code
join grids g on g.id = c.grid_id
join divisions community on community.code = c.community_code
join divisions town on town.code = c.town_code
