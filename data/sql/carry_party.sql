-- $1: plan. Organisations of a grid that is no more go over to its heir; those of
-- the party are for a person to confirm.
with moved as (
    update organisations o
    set grid_code = h.now
    from heirs h
    where o.grid_code = h.was and upper_inf(o.valid)
    returning o.id, o.kind, o.name, h.was, h.now
)
insert into carryovers (plan_id, kind, subject_id, name, from_grid, to_grid, rule)
select $1, 'party', id, name, was, now, 'follows'
from moved
where kind in ('party_committee', 'party_branch', 'party_group')
order by id
