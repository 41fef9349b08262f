-- $1: plan; $2: code of its division. Its communities, as in force and as in the rows of the plan.
with under as (
    select c.code, c.name, coalesce(t.name, '') as town, c.complex
    from divisions c
    left join divisions t on t.code = c.parent_code
    where c.level = 'community' and $2 in (c.code, t.code, t.parent_code)
), held as (
    select community_code as code, count(*)::int as grids, count(*) filter (where not in_rule and kind = 'basic')::int as outside, sum(households)::int as households
    from grids
    where upper_inf(valid)
    group by 1
), own as (
    select community_code as code, count(*)::int as grids, count(*) filter (where not in_rule and kind = 'basic')::int as outside, sum(households)::int as households
    from grids
    where plan_id = $1
    group by 1
), touched_by as (
    select g.community_code as code, max(e.version) as version, max(e.at) as at
    from enactments e
    join lateral (select distinct community_code from grids where plan_id = e.plan_id) g on true
    where e.plan_id <> $1
    group by 1
)
select u.code, u.name, u.town, u.complex,
       coalesce(h.grids, 0), coalesce(h.outside, 0), coalesce(h.households, 0),
       own.code is not null, coalesce(own.grids, 0), coalesce(own.outside, 0), coalesce(own.households, 0),
       s.plan_id is not null, coalesce(s.drawn, false),
       coalesce(case when p.enacted_at is not null then false
                     when s.plan_id is not null then b.version > s.based_on
                     when own.code is not null then b.at > p.created_at end, false)
from under u
join plans p on p.id = $1
left join held h using (code)
left join own using (code)
left join plan_starts s on s.plan_id = $1 and s.community_code = u.code
left join touched_by b on b.code = u.code
order by u.code
