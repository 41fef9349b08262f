-- $1: plan. Households that changed since it was drawn; of a divided building
-- they change in its first part.
with off as (
    select p.building_id, min(p.part) as part, b.households - sum(p.households) as more
    from plan_buildings p
    join buildings b on b.id = p.building_id
    where p.plan_id = $1
    group by p.building_id, b.households
    having sum(p.households) <> b.households
)
update plan_buildings p
set households = p.households + off.more
from off
where p.plan_id = $1 and p.building_id = off.building_id and p.part = off.part and p.households + off.more >= 0
