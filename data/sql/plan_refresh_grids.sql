-- $1: plan. Grids whose buildings have other households or are others than
-- when it was drawn are counted again; one that is outside the rule now says so.
with rule as (
    select coalesce((parameters ->> 'min')::int, 300) as least, coalesce((parameters ->> 'max')::int, 500) as most from plans where id = $1
), counted as (
    select g.id, coalesce(sum(p.households), 0) as households,
           coalesce(sum(case when p.part = '' then b.persons
                             else round(b.persons * p.households::numeric / greatest(b.households, 1)) end), 0) as persons
    from grids g
    left join plan_buildings p on p.grid_id = g.id
    left join buildings b on b.id = p.building_id
    where g.plan_id = $1
    group by g.id
)
update grids g
set households = c.households, persons = c.persons,
    in_rule = g.kind = 'basic' and c.households between r.least and r.most,
    reason_kind = case when g.kind = 'basic' and c.households between r.least and r.most then null else coalesce(g.reason_kind, 'ground_changed') end,
    reason_zh = case when g.kind = 'basic' and c.households between r.least and r.most then null
                     else coalesce(g.reason_zh, format('方案划定后户数有变动，现有%s户。', c.households)) end,
    reason_en = case when g.kind = 'basic' and c.households between r.least and r.most then null
                     else coalesce(g.reason_en, format('Households changed after the plan was drawn: %s now.', c.households)) end
from counted c, rule r
where c.id = g.id and c.households <> g.households
