-- $1 moment. Medians for the district, each town and each community, by code.
-- Rows that stay in their step (an escalation, a whistle) do not end it.
with entered as (
    select c.id, left(c.community_code, 9) as town, c.community_code as community, s.seq, s.step, s.at, lag(s.step) over w as before
    from cases c
    join case_steps s on s.case_id = c.id
    where c.opened_at > $1::timestamptz - interval '30 days' and c.opened_at <= $1 and s.at <= $1
    window w as (partition by c.id order by s.seq)
),
spent as (
    select left(community, 6) as district, town, community, step, extract(epoch from lead(at) over w - at)::double precision / 3600 as hours
    from entered
    where before is distinct from step
    window w as (partition by id order by seq)
)
select rpad(coalesce(community, town, district), 12, '0'), step, percentile_cont(0.5) within group (order by hours)
from spent
where hours is not null
group by grouping sets ((community, step), (town, step), (district, step))
