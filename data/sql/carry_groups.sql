-- $1: plan; $2: day. Groups of a grid that is no more go over to its heir.
with gone as (
    update groups g
    set valid = daterange(lower(g.valid), greatest(lower(g.valid), $2::date))
    from heirs h
    where g.grid_code = h.was and upper_inf(g.valid)
    returning h.was, h.now, g.name, g.members, g.source
), come as (
    insert into groups (grid_code, name, members, valid, source)
    select now, name, members, daterange($2::date, null), source from gone order by was, name
    returning id, grid_code, name
)
insert into carryovers (plan_id, kind, subject_id, name, from_grid, to_grid, rule)
select distinct on (c.id) $1, 'group', c.id, c.name, g.was, c.grid_code, 'follows'
from come c
join gone g on g.now = c.grid_code and g.name = c.name
order by c.id, g.was
