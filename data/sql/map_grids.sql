-- The grids in force.
select t.id, t.geom, t.code, t.name, t.kind, t.households, t.persons, t.in_rule, t.community_code as community, t.plan_id as plan,
       (select coalesce(max(version), 0) from enactments) as version
from grids t
where upper_inf(t.valid) /* ids */
order by t.id
