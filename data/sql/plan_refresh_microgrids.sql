-- $1: plan. As plan_refresh_grids, for micro-grids.
with rule as (
    select coalesce((parameters ->> 'micro_min')::int, 50) as least, coalesce((parameters ->> 'micro_max')::int, 80) as most from plans where id = $1
), counted as (
    select m.id, coalesce(sum(p.households), 0) as households,
           coalesce(sum(case when p.part = '' then b.persons
                             else round(b.persons * p.households::numeric / greatest(b.households, 1)) end), 0) as persons
    from microgrids m
    left join plan_buildings p on p.microgrid_id = m.id
    left join buildings b on b.id = p.building_id
    where m.plan_id = $1
    group by m.id
)
update microgrids m
set households = c.households, persons = c.persons, in_rule = c.households between r.least and r.most,
    reason_kind = case when c.households between r.least and r.most then null else coalesce(m.reason_kind, 'ground_changed') end,
    reason_zh = case when c.households between r.least and r.most then null
                     else coalesce(m.reason_zh, format('方案划定后户数有变动，现有%s户。', c.households)) end,
    reason_en = case when c.households between r.least and r.most then null
                     else coalesce(m.reason_en, format('Households changed after the plan was drawn: %s now.', c.households)) end
from counted c, rule r
where c.id = m.id and c.households <> m.households
