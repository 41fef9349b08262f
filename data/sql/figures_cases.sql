-- $1 beginning of the communities' codes, $2 now. The states are those of
-- CaseState.
select community_code, level, board, step, count(*),
       count(*) filter (where due_at >= $2::timestamptz and due_at - greatest(interval '2 hours', (due_at - opened_at) / 10) <= $2),
       count(*) filter (where due_at < $2)
from cases
where closed_at is null and starts_with(community_code, $1)
group by 1, 2, 3, 4
