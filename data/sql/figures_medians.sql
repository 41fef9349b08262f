-- $1 beginning of the communities' codes, $2 moment, $3 how many digits name a
-- part one level down. Rows that stay in their step (an escalation, a whistle)
-- do not end it.
with entered as (
    select c.id, left(c.community_code, $3::int) as part, s.seq, s.step, s.at, lag(s.step) over w as before
    from cases c
    join case_steps s on s.case_id = c.id
    where c.opened_at > $2::timestamptz - interval '30 days' and c.opened_at <= $2 and s.at <= $2
      and starts_with(c.community_code, $1)
    window w as (partition by c.id order by s.seq)
),
spent as (
    select part, step, lead(at) over (partition by id order by seq) - at as time
    from entered
    where before is distinct from step
)
select coalesce(rpad(part, 12, '0'), ''), step,
       percentile_cont(0.5) within group (order by extract(epoch from time)::double precision) / 3600
from spent
where time is not null
group by grouping sets ((part, step), (step))
