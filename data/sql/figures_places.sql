-- $1 beginning of the communities' codes, $2 moment, $3 it is past. Now is what is in force, whatever the clock says.
-- Households and people of then are those that its grids counted.
with day as (
    select ($2::timestamptz at time zone 'Asia/Shanghai')::date as today
),
g as (
    select community_code as code, count(*) as n, count(*) filter (where in_rule) as fit, sum(households) as households, sum(persons) as persons
    from grids
    where case when $3 then valid @> $2::timestamptz else upper_inf(valid) end and starts_with(community_code, $1)
    group by 1
),
m as (
    select left(code, 12) as code, count(*) as n, count(*) filter (where in_rule) as fit
    from microgrids
    where case when $3 then valid @> $2::timestamptz else upper_inf(valid) end and starts_with(code, $1)
    group by 1
),
b as (
    select community_code as code, count(*) as n, sum(households) as households, sum(persons) as persons
    from buildings where starts_with(community_code, $1) group by 1
),
served as (
    select distinct left(grid_code, 12) as code, coalesce(served_by, id) as team
    from teams, day where valid @> today and starts_with(grid_code, $1)
),
x as materialized ( -- counted first: how many hold on a day is guessed badly, and a join of all by all is slow
    select team_id, count(*) as n from team_members, day where valid @> today group by 1
),
t as (
    select served.code, sum(x.n)::bigint as n from served join x on x.team_id = served.team group by 1
),
w as (
    select left(grid_code, 12) as code, count(*) as n, sum(members) as members
    from groups, day where valid @> today and starts_with(grid_code, $1) group by 1
),
o as (
    select coalesce(left(grid_code, 12), community_code) as code,
           count(*) filter (where kind = 'party_branch') as branches,
           count(*) filter (where kind = 'party_group') as party_groups,
           count(*) filter (where kind not in ('party_committee', 'party_branch', 'party_group', 'department')) as others
    from organisations, day where valid @> today and starts_with(coalesce(grid_code, community_code), $1) group by 1
)
select d.code, d.parent_code,
       coalesce(g.n, 0), coalesce(g.fit, 0), coalesce(m.n, 0), coalesce(m.fit, 0),
       coalesce(b.n, 0), coalesce(case when $3 then g.households else b.households end, 0), coalesce(case when $3 then g.persons else b.persons end, 0),
       coalesce(t.n, 0), coalesce(w.n, 0), coalesce(w.members, 0),
       coalesce(o.branches, 0), coalesce(o.party_groups, 0), coalesce(o.others, 0)
from divisions d
left join g using (code)
left join m using (code)
left join b using (code)
left join t using (code)
left join w using (code)
left join o using (code)
where d.level = 'community' and starts_with(d.code, $1)
order by d.code
