-- $1 code of the grid, $2 moment, $3 it is past: what held then, else what is in force
select st_pointonsurface(g.geom), 0::bigint, '', '', 0::bigint, '',
       g.id, g.code, g.name, community.code, community.name, town.code, town.name,
       coalesce(team.id, 0), coalesce(team.name, '')
from grids g
join divisions community on community.code = g.community_code
join divisions town on town.code = community.parent_code
left join teams team on team.grid_code = g.code and team.valid @> ($2::timestamptz at time zone 'Asia/Shanghai')::date
where g.code = $1 and case when $3 then g.valid @> $2::timestamptz else upper_inf(g.valid) end
