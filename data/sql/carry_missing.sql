-- $1: plan. What its grids still lack.
insert into carryovers (plan_id, kind, subject_id, name, from_grid, to_grid, rule)
select $1, lack.kind, g.id, g.name, coalesce(g.predecessors[1], ''), g.code, 'missing'
from grids g
cross join lateral (
    select 'team' as kind where not exists (select from teams t where t.grid_code = g.code and upper_inf(t.valid))
    union all
    select 'group' where not exists (select from groups w where w.grid_code = g.code and upper_inf(w.valid))
    union all
    select 'party' where not exists (
        select from organisations o
        where o.grid_code = g.code and o.kind in ('party_committee', 'party_branch', 'party_group') and upper_inf(o.valid))
) lack
where g.plan_id = $1
order by g.code, lack.kind
