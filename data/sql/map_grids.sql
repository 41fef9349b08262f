-- The grids that hold today.
select t.id, t.geom, t.code, t.name, t.kind, t.households, t.persons, t.in_rule, t.community_code as community
from grids t
join plans p on p.id = t.plan_id
where p.status = 'published' /* ids */
order by t.id
