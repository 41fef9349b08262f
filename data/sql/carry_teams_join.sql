-- $1: plan; $2: day. The members of the other teams whose grid is no more join the team of its heir.
with gone as (
    update teams t
    set valid = daterange(lower(t.valid), greatest(lower(t.valid), $2::date))
    from heirs h
    where t.grid_code = h.was and upper_inf(t.valid)
    returning t.id, t.name, h.was, h.now
), into_team as (
    select g.id, g.name, g.was, g.now, coalesce(t.served_by, t.id) as team
    from gone g
    join teams t on t.grid_code = g.now and upper_inf(t.valid)
), people as (
    update team_members m set team_id = i.team from into_team i where m.team_id = i.id and upper_inf(m.valid) and i.team <> i.id
), acting as (
    update teams t set served_by = nullif(i.team, t.id) from into_team i where t.served_by = i.id and upper_inf(t.valid)
)
insert into carryovers (plan_id, kind, subject_id, name, from_grid, to_grid, rule)
select $1, 'team', id, name, was, now, 'joins' from into_team order by id
