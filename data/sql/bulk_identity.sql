-- $1: table. The sequence of its column id, or null.
select pg_get_serial_sequence(r.relname, 'id')
from pg_class r
join pg_attribute a on a.attrelid = r.oid and a.attname = 'id' and a.attidentity <> ''
where r.relname = $1 and r.relnamespace = current_schema()::regnamespace
union all
select null
limit 1
