-- $1: division code.
select code, name, complex, geom
from divisions
where level = 'community' and (code = $1 or parent_code = $1 or exists (
    select from divisions t where t.code = divisions.parent_code and t.parent_code = $1))
order by code
