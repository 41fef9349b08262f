select c.id, c.number, c.type_code, c.level, c.step, c.board, t.sensitive, c.whistle,
       extract(epoch from c.opened_at)::bigint, extract(epoch from c.step_at)::bigint,
       extract(epoch from c.due_at)::bigint, coalesce(extract(epoch from c.closed_at)::bigint, 0),
       c.grid_id, g.code, c.community_code, c.town_code, c.title, t.name, c.version, c.geom
from cases c
join case_types t on t.code = c.type_code
join grids g on g.id = c.grid_id
where c.closed_at is null
order by c.id
