select g.id, g.code, g.name, g.river, g.geom, g.source from gauges g order by g.id
