-- $1: community.
select c.code, c.name, coalesce(t.code, ''), coalesce(t.name, ''), coalesce(t.parent_code, '')
from divisions c
left join divisions t on t.code = c.parent_code
where c.code = $1 and c.level = 'community'
