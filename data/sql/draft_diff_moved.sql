-- $1: plan; $2: community, or null for all. Households and buildings that change the code of their grid.
with own as (
    select * from grids where plan_id = $1 and ($2::text is null or community_code = $2)
), since as (
    select community_code, min(lower(valid)) as at from own group by 1
), held as (
    select o.id, o.code
    from since s
    join grids o on o.community_code = s.community_code and o.plan_id <> $1
        and case when s.at is null then upper_inf(o.valid) else upper(o.valid) = s.at end
), now as (
    select p.building_id, g.code, sum(p.households) as households
    from own g join plan_buildings p on p.grid_id = g.id group by 1, 2
), was as (
    select p.building_id, h.code, sum(p.households) as households
    from held h join plan_buildings p on p.grid_id = h.id group by 1, 2
), pairs as (
    select n.building_id, greatest(n.households - coalesce(w.households, 0), 0) as more, w.building_id is null as elsewhere
    from now n
    left join was w on w.building_id = n.building_id and w.code = n.code
    where n.building_id in (select building_id from was)
)
select coalesce(sum(more), 0)::int, (count(distinct building_id) filter (where elsewhere))::int from pairs
