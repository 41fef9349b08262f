-- $1 case
select w.id, w.case_id, w.department_id, w.blown_at, coalesce(w.arrived_at, '0001-01-01 00:00:00+00'), w.remark, o.name
from whistles w
join organisations o on o.id = w.department_id
where w.case_id = $1
order by w.blown_at, w.id
