select case_id, extract(epoch from at)::bigint, step, level
from case_steps
order by case_id, seq
