-- $1 code, in force
select g.id, g.code, g.name, g.kind, community.code, community.name, town.code, town.name, g.households, g.persons, g.area_m2,
       g.in_rule, coalesce(g.reason_zh, ''), coalesce(g.reason_en, ''), lower(g.valid), (select coalesce(max(version), 0) from enactments)
from grids g
join divisions community on community.code = g.community_code
join divisions town on town.code = community.parent_code
where g.code = $1 and upper_inf(g.valid)
