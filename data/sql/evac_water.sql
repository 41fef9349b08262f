-- Rivers and streams, for the terrain.
select id, kind, name, geom from water where kind in ('river', 'stream') order by id
