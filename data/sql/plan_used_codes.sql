-- Codes that may not be given to another grid: issued ones, those in force, and those of a plan that is about to be.
select code from issued_codes
union
select g.code from grids g
where g.valid is not null or g.plan_id in (select id from plans where status = 'published' and enacted_at is null)
union
select m.code from microgrids m
where m.valid is not null or m.plan_id in (select id from plans where status = 'published' and enacted_at is null)
order by code
