-- $1 grid, $2 its code, $3 now. Closed cases of earlier versions of the grid
-- count as well. People are those of every building that the grid serves, of one
-- shared with other grids all of them.
with c as (
    select count(*) filter (where closed_at is null) as open,
           count(*) filter (where closed_at is null and due_at >= $3::timestamptz
               and due_at - greatest(interval '2 hours', (due_at - opened_at) / 10) <= $3) as soon,
           count(*) filter (where closed_at is null and due_at < $3) as late,
           count(*) filter (where closed_at is not null) as closed
    from cases
    where grid_id in (select id from grids where code = $2)
),
p as (
    select count(*) filter (where 'elderly' = any (p.care)) as elderly,
           count(*) filter (where 'child' = any (p.care)) as child,
           count(*) filter (where 'disabled' = any (p.care)) as disabled,
           count(*) filter (where 'sick' = any (p.care)) as sick,
           count(*) filter (where 'frail' = any (p.care)) as frail,
           count(*) filter (where 'pregnant' = any (p.care)) as pregnant
    from (select distinct building_id from plan_buildings where grid_id = $1) b
    join stairwells s on s.building_id = b.building_id
    join rooms r on r.stairwell_id = s.id
    join households h on h.room_id = r.id
    join people p on p.household_id = h.id and p.resident
)
select c.open, c.soon, c.late, c.closed, p.elderly, p.child, p.disabled, p.sick, p.frail, p.pregnant
from c, p
