-- $1: plan; $2: beginning of the communities' codes
select g.id, g.code, g.name, g.kind, community.code, community.name, town.code, town.name, g.households, g.persons, g.area_m2, g.in_rule, g.layered,
       coalesce(g.reason_zh, ''), coalesce(g.reason_en, ''), g.lineage, g.predecessors, g.geom
from grids g
join divisions community on community.code = g.community_code
join divisions town on town.code = community.parent_code
where g.plan_id = $1 and starts_with(g.community_code, $2)
order by g.code
