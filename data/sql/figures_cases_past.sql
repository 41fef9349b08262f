-- figures_cases at a past moment: level and step as the step log had them then.
select c.community_code, coalesce(s.level, c.level), c.board, coalesce(s.step, c.step), count(*),
       count(*) filter (where due_at >= $2::timestamptz and due_at - greatest(interval '2 hours', (due_at - opened_at) / 10) <= $2),
       count(*) filter (where due_at < $2)
from cases c
left join lateral (
    select level, step from case_steps where case_id = c.id and at <= $2 order by seq desc limit 1
) s on true
where c.opened_at <= $2 and (c.closed_at is null or c.closed_at > $2) and starts_with(c.community_code, $1)
group by 1, 2, 3, 4
