-- $1 beginning of the communities' codes, $2 moment, $3 days. Opened and closed
-- cases by how many days ago, the rest of the closed ones as $3 days ago.
with day as (
    select ($2::timestamptz at time zone 'Asia/Shanghai')::date as today
),
opened as (
    select community_code, today - (opened_at at time zone 'Asia/Shanghai')::date as ago, count(*) as n
    from cases, day
    where opened_at <= $2 and opened_at >= ((today - $3::int + 1)::timestamp at time zone 'Asia/Shanghai')
      and starts_with(community_code, $1)
    group by 1, 2
),
closed as (
    select community_code, least($3::int, today - (closed_at at time zone 'Asia/Shanghai')::date) as ago, count(*) as n
    from cases, day
    where closed_at <= $2 and starts_with(community_code, $1)
    group by 1, 2
)
select community_code, ago, coalesce(opened.n, 0), coalesce(closed.n, 0)
from opened
full join closed using (community_code, ago)
