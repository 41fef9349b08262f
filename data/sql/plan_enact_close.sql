-- $1: plan; $2: moment. The grids that it replaces hold until then.
with closed as (
    update grids
    set valid = tstzrange(lower(valid), $2)
    where upper_inf(valid) and community_code in (select community_code from grids where plan_id = $1)
    returning id
)
update microgrids
set valid = tstzrange(lower(valid), $2)
where upper_inf(valid) and grid_id in (select id from closed)
