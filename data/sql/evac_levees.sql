select id, name, crest_m, geom from levees order by id
