select code, name, board, limit_hours, sensitive
from case_types
order by board, code
