select id, name, coalesce(capacity, -1), accessible, geom from shelters order by id
