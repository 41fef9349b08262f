-- $1: plan; $2: its version, which is one more with this. No row: somebody else was here.
with bumped as (
    update plans set version = version + 1 where id = $1 and version = $2 returning version
)
insert into plan_operations (plan_id, seq, community_code, kind, target, op, effect, grids, ground, zh, en, actor, totals)
select $1, version, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 from bumped
returning seq, at
