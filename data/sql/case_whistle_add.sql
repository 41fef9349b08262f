-- $1 case, $2 department, $3 at, $4 remark
insert into whistles (case_id, department_id, blown_at, remark)
values ($1, $2, $3, $4)
