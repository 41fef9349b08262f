select gauge_id, stage_m, path from depth_rasters order by gauge_id, stage_m
