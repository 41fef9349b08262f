-- $1 id, or null for all
select e.id, e.name, e.division_code, e.drill, coalesce(e.replay, ''), e.settings, coalesce(e.terrain_id, 0),
       e.clock_from, e.clock_at, e.clock_rate, e.opened_at, e.opened_by, e.lifted_at, e.closed_at,
       coalesce((select max(p.version) from evacuation_plans p where p.evacuation_id = e.id), 0),
       case when e.closed_at is null then (select l.at from evacuation_log l where l.evacuation_id = e.id order by l.seq desc limit 1) end
from evacuations e
where $1::bigint is null or e.id = $1
order by e.id desc
