-- $1 beginning of the communities' codes, $2 moment, $3 its day, $4 days, $5 when the first of them began. Opened and
-- closed cases by how many days ago, those closed before as $4 days ago. The day is a parameter and the closed cases
-- are counted apart, so that several processors share the one scan of all cases.
with opened as (
    select community_code, $3::date - (opened_at at time zone 'Asia/Shanghai')::date as ago, count(*) as n
    from cases
    where opened_at <= $2 and opened_at >= $5 and starts_with(community_code, $1)
    group by 1, 2
),
closed as (
    select community_code, $3::date - (closed_at at time zone 'Asia/Shanghai')::date as ago, count(*) as n
    from cases
    where closed_at <= $2 and closed_at >= $5 and starts_with(community_code, $1)
    group by 1, 2
),
before as (
    select community_code, $4::int as ago, count(*) as n
    from cases
    where closed_at < $5 and starts_with(community_code, $1)
    group by 1
)
select community_code, ago, coalesce(opened.n, 0), coalesce(closed.n, 0)
from opened
full join closed using (community_code, ago)
union all
select community_code, ago, 0, n
from before
