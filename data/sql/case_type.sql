-- $1 code
select code, name, board, limit_hours, sensitive
from case_types
where code = $1
