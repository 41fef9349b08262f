-- $1: code. Each version of the grid, oldest first, and what came after it.
select g.plan_id, p.name, lower(g.valid), upper(g.valid), g.name, g.kind, g.households, g.persons, g.area_m2, g.in_rule, g.lineage, g.predecessors,
       coalesce((select array_agg(n.code order by n.code) from grids n
                 where g.code = any (n.predecessors) and n.community_code = g.community_code and lower(n.valid) = upper(g.valid)), '{}')
from grids g
join plans p on p.id = g.plan_id
where g.code = $1 and g.valid is not null and not isempty(g.valid)
order by lower(g.valid)
