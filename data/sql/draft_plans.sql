-- $1: plan, or null for all; $2: statuses, or null for all; $3: code prefix of the scope; $4: code prefix of the division. Newest first.
with district as (select code from divisions where level = 'district' order by code limit 1)
select p.id, p.name, p.status, d.code, d.name, d.level, p.author, coalesce(p.approver, ''), p.version,
       -- each entry counts one and each undo takes one back
       p.version - 2 * (select count(*) from plan_operations o where o.plan_id = p.id and o.kind = 'undo')::int,
       p.created_at, p.submitted_at, p.approved_at, p.published_at, p.effective_on, p.enacted_at, p.remark, p.source,
       coalesce((p.parameters ->> 'min')::int, 300), coalesce((p.parameters ->> 'max')::int, 500), coalesce((p.parameters ->> 'target')::int, 400),
       coalesce((p.parameters ->> 'micro_min')::int, 50), coalesce((p.parameters ->> 'micro_max')::int, 80)
from plans p
join divisions d on d.code = coalesce(p.division_code, (select code from district))
where ($1::bigint is null or p.id = $1) and ($2::text[] is null or p.status = any ($2))
  and starts_with(d.code, $3) and starts_with(d.code, $4)
order by p.id desc
limit 500
