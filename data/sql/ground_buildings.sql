-- $1: division code. Buildings of no community are left to their position.
select b.id, coalesce(b.community_code, ''), coalesce(b.compound_id, 0), coalesce(b.dedicated, ''),
       b.households, b.persons, b.geom
from buildings b
where b.community_code is null or exists (
    select from divisions c left join divisions t on t.code = c.parent_code
    where c.code = b.community_code and $1 in (c.code, t.code, t.parent_code))
order by b.id
