-- $1 code, $2 now
select g.id, g.code, g.name, g.kind, community.code, community.name, town.code, town.name, g.households, g.persons, g.area_m2,
       g.in_rule, coalesce(g.reason_zh, ''), coalesce(g.reason_en, ''), lower(g.valid)
from grids g
join divisions community on community.code = g.community_code
join divisions town on town.code = community.parent_code
where g.code = $1 and g.valid @> ($2::timestamptz at time zone 'Asia/Shanghai')::date
