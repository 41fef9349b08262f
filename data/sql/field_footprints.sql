-- $1: community
select id, code, households, geom
from buildings
where community_code = $1
order by id
