-- $1: plan; $2: beginning of the communities' codes. Roads, railways and waters in
-- its communities and 50 m and some around them.
with ground as (
    select st_expand(geom, 0.0006) as around, geom from divisions
    where code in (select community_code from grids where plan_id = $1) and starts_with(code, $2)
)
select case when r.class = 'rail' then 'rail' else 'road' end, r.class, r.name, r.geom
from roads r
where exists (select from ground where r.geom && around and st_dwithin(r.geom, ground.geom, 0.0006))
union all
select 'water', w.kind, w.name, w.geom
from water w
where exists (select from ground where w.geom && around and st_dwithin(w.geom, ground.geom, 0.0006))
