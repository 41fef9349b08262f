select id, name
from organisations
where kind = 'department' and valid @> (now() at time zone 'Asia/Shanghai')::date
order by name, id
