-- Depths that hold for a level at a gauge; no row: nothing is new.
insert into depth_rasters as d (gauge_id, stage_m, path, sha256, cell_m, extent, source)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (gauge_id, stage_m) do update
set path = excluded.path, sha256 = excluded.sha256, cell_m = excluded.cell_m, extent = excluded.extent, source = excluded.source, created_at = now()
where d.sha256 is distinct from excluded.sha256
returning xmax = 0
