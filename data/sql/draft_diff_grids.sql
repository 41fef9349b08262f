-- $1: plan; $2: community, or null for all. The grids in its rows beside what they replace, or replaced.
select g.code, g.name, g.community_code, g.lineage, g.predecessors, b.households, g.households,
       g.in_rule or g.kind = 'dedicated', g.reason_zh, g.reason_en,
       case when g.layered then 0
            else st_area(g.geom::geography) - coalesce(st_area(st_intersection(g.geom, b.geom)::geography), 0) end
from grids g
left join lateral (
    select o.households, o.geom
    from grids o
    where o.code = g.code and o.plan_id <> g.plan_id
      and case when g.valid is null then upper_inf(o.valid) else upper(o.valid) = lower(g.valid) end
    limit 1
) b on true
where g.plan_id = $1 and ($2::text is null or g.community_code = $2)
order by g.code
