-- $1: plan; $2: community, or null for all. Codes that it ends, or ended, with those that hold their households.
with own as (
    select * from grids where plan_id = $1 and ($2::text is null or community_code = $2)
), since as (
    select community_code, min(lower(valid)) as at from own group by 1
)
select o.code, array(select g.code from own g where o.code = any (g.predecessors) order by g.code)
from since s
join grids o on o.community_code = s.community_code and o.plan_id <> $1
    and case when s.at is null then upper_inf(o.valid) else upper(o.valid) = s.at end
where o.code not in (select code from own)
order by o.code
