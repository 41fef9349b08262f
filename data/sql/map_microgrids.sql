select t.id, t.geom, t.code, left(t.code, 15) as grid, t.households, t.persons, t.in_rule, t.layered, t.plan_id as plan,
       (select coalesce(max(version), 0) from enactments) as version
from microgrids t
where upper_inf(t.valid) /* ids */
order by t.id
