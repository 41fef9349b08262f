-- $1: codes of communities.
select code, name, complex, geom from divisions where code = any ($1) order by code
