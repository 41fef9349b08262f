-- $1: plan; $2: beginning of its day; $3: it holds from then, if what it
-- replaces held before; else from now.
select case when $3 and $2 > coalesce(max(lower(g.valid)), '-infinity') then $2::timestamptz
            else greatest(clock_timestamp(), max(lower(g.valid)) + interval '1 microsecond') end
from grids g
where upper_inf(g.valid) and g.community_code in (select community_code from grids where plan_id = $1)
