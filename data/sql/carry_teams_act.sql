-- $1: plan; $2: day. A new grid without a team is served by that of the grid
-- which gave it most households, until its own is appointed.
with bare as (
    select distinct on (g.code) g.code, g.name, t.id as team, coalesce(t.served_by, t.id) as acting, t.grid_code as was
    from grids g
    join carry c on c.now = g.code
    left join heirs h on h.was = c.was
    join teams t on t.grid_code = coalesce(h.now, c.was) and upper_inf(t.valid)
    where g.plan_id = $1 and not exists (select from teams own where own.grid_code = g.code and upper_inf(own.valid))
    order by g.code, c.households desc, c.was
), come as (
    insert into teams (grid_code, name, valid, source, served_by)
    select code, name || '团队', daterange($2::date, null), 'plan', acting from bare order by code
    returning id, grid_code, name
)
insert into carryovers (plan_id, kind, subject_id, name, from_grid, to_grid, rule)
select $1, 'team', c.id, c.name, b.was, c.grid_code, 'acts'
from come c
join bare b on b.code = c.grid_code
order by c.id
