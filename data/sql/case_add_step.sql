-- $1 case, $2 step, $3 level, $4 at, $5 actor, $6 remark
insert into case_steps (case_id, seq, step, level, at, actor, remark)
select $1, coalesce(max(seq), 0) + 1, $2, $3, $4, $5, $6
from case_steps
where case_id = $1
