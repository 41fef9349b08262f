-- $1: plan; $2: after which entry; $3: community, or null for all. Oldest first.
select seq, community_code, kind, coalesce(target, 0), op, effect, grids, ground, zh, en, actor, at, totals
from plan_operations
where plan_id = $1 and seq > $2 and ($3::text is null or community_code = $3)
order by seq
