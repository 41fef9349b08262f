-- $1: plan; $2: status; $3: remark, or null to leave it; $4: approver, or null to leave it.
update plans
set status = $2,
    remark = coalesce($3, remark),
    approver = case when $2 in ('submitted', 'returned') then null else coalesce($4, approver) end,
    submitted_at = case when $2 = 'submitted' then now() else submitted_at end,
    approved_at = case $2 when 'approved' then now() when 'submitted' then null when 'returned' then null else approved_at end
where id = $1
