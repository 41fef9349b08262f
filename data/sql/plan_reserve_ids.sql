-- $1: table; $2: how many. The first of as many consecutive ids.
select setval(s.name, nextval(s.name) + greatest($2::bigint, 1) - 1) - greatest($2::bigint, 1) + 1
from (select pg_get_serial_sequence($1, 'id')::regclass as name) s
