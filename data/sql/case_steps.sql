-- $1 case
select case_id, seq, step, level, at, actor, remark
from case_steps
where case_id = $1
order by seq
