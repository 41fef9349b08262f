-- $1 prefix of the division's code
select g.code, g.name, c.name, t.name
from grids g
join divisions c on c.code = g.community_code
join divisions t on t.code = c.parent_code
where starts_with(g.code, $1) and upper_inf(g.valid)
order by g.code
