-- $1: community; $2: plan. Codes under it that may not be given to another grid: issued ones, those in
-- force, and those of another plan that is about to be.
select code from issued_codes where starts_with(code, $1)
union
select g.code from grids g
where g.community_code = $1 and (g.valid is not null or g.plan_id in (select id from plans where status = 'published' and enacted_at is null and id <> $2))
union
select m.code from microgrids m
join grids g on g.id = m.grid_id
where g.community_code = $1 and (m.valid is not null or m.plan_id in (select id from plans where status = 'published' and enacted_at is null and id <> $2))
order by 1
