-- $1: plan; $2: beginning of the communities' codes
select m.code, g.code, m.households, m.persons, m.area_m2, m.in_rule, m.layered, coalesce(m.reason_zh, ''), coalesce(m.reason_en, ''), m.geom
from microgrids m
join grids g on g.id = m.grid_id
where m.plan_id = $1 and starts_with(g.community_code, $2)
order by m.code
