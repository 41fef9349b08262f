-- $1 ids of buildings
select id, name, address from buildings where id = any ($1) order by id
