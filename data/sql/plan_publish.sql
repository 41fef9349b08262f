-- $1: plan; $2: who approved it, where nobody did before; $3: first day.
update plans
set status = 'published', approver = coalesce(approver, $2), submitted_at = coalesce(submitted_at, now()), approved_at = coalesce(approved_at, now()),
    published_at = now(), effective_on = $3
where id = $1
