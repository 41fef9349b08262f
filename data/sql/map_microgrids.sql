select t.id, t.geom, t.code, left(t.code, 15) as grid, t.households, t.persons, t.in_rule, t.layered
from microgrids t
join plans p on p.id = t.plan_id
where p.status = 'published' /* ids */
order by t.id
