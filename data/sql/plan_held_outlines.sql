-- $1: division code. Outlines of the grids and micro-grids in force in it, those that tile the land.
with held as (
    select g.id, g.code, g.geom, g.layered
    from grids g
    join divisions c on c.code = g.community_code
    left join divisions t on t.code = c.parent_code
    where upper_inf(g.valid) and $1 in (c.code, t.code, t.parent_code)
)
select code, false, geom from held where not layered
union all
select m.code, true, m.geom from microgrids m join held on held.id = m.grid_id where not m.layered
order by 1
