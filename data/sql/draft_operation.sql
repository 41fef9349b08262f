-- $1: plan; $2: entry.
select seq, community_code, kind, coalesce(target, 0), op, effect, grids, ground, zh, en, actor, at, totals
from plan_operations
where plan_id = $1 and seq = $2
