-- $1 prefix of the division's code
select b.id, coalesce(pb.code, ''), b.floors, b.storey_m, b.plinth_m, b.households, b.persons, b.geom
from buildings b
left join lateral (
    select g.code from plan_buildings p join grids g on g.id = p.grid_id
    where p.building_id = b.id and upper_inf(g.valid)
    order by p.households desc, g.code limit 1
) pb on true
where starts_with(coalesce(b.community_code, ''), $1)
order by b.id
