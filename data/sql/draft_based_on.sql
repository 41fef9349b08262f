-- $1: community. The version of the map in which its grids took force; zero: none did.
select coalesce(max(e.version), 0)
from enactments e
where exists (select from grids g where g.plan_id = e.plan_id and g.community_code = $1)
