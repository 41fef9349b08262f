select c.id, c.level, c.board, c.type_code, t.sensitive,
       extract(epoch from c.opened_at)::bigint, extract(epoch from c.due_at)::bigint,
       coalesce(extract(epoch from c.closed_at)::bigint, 0),
       c.community_code, c.town_code, st_x(c.geom), st_y(c.geom)
from cases c
join case_types t on t.code = c.type_code
order by c.id
