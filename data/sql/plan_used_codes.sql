-- Codes that may not be given to another grid: issued ones, and those that hold.
select code from issued_codes
union
select g.code from grids g where g.valid is not null
union
select m.code from microgrids m where m.valid is not null
order by code
