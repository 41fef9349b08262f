-- $1: codes of communities. Buildings of no community are left to their position.
select b.id, coalesce(b.community_code, ''), coalesce(b.compound_id, 0), coalesce(b.dedicated, ''),
       b.households, b.persons, b.geom
from buildings b
where b.community_code = any ($1)
   or b.community_code is null and exists (select from divisions d where d.code = any ($1) and b.geom && d.geom)
order by b.id
