-- $1 evacuation
select id, geom, at, by_whom from breaches where evacuation_id = $1 order by id
