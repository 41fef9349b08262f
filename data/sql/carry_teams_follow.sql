-- $1: plan; $2: day. Where a grid that is no more has an heir without a team,
-- its team goes over; of several, that of the one with most households there.
with best as (
    select distinct on (h.now) h.was, h.now
    from heirs h
    join carry c on c.was = h.was and c.now = h.now
    join teams t on t.grid_code = h.was and upper_inf(t.valid)
    where not exists (select from teams t where t.grid_code = h.now and upper_inf(t.valid))
    order by h.now, c.households desc, h.was
), gone as (
    update teams t
    set valid = daterange(lower(t.valid), greatest(lower(t.valid), $2::date))
    from best b
    where t.grid_code = b.was and upper_inf(t.valid)
    returning t.id, t.name, t.source, t.served_by, b.was, b.now
), come as (
    insert into teams (grid_code, name, valid, source, served_by)
    select now, name, daterange($2::date, null), source, served_by from gone order by now
    returning id, grid_code, name
), people as (
    update team_members m
    set team_id = c.id
    from gone g
    join come c on c.grid_code = g.now
    where m.team_id = g.id and upper_inf(m.valid)
), acting as (
    update teams t
    set served_by = c.id
    from gone g
    join come c on c.grid_code = g.now
    where t.served_by = g.id and upper_inf(t.valid)
)
insert into carryovers (plan_id, kind, subject_id, name, from_grid, to_grid, rule)
select $1, 'team', c.id, c.name, g.was, c.grid_code, 'follows'
from come c
join gone g on g.now = c.grid_code
order by c.id
