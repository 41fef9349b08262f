package main

import (
	"context"
	"log/slog"
	"net/http"

	"gridmap/api"
	"gridmap/layers"
	"gridmap/service/access"
)

// wallServer is our server on a loaded live copy, and a wall's token for it.
func wallServer(ctx context.Context, s *store, log *slog.Logger) (*layers.Live, http.Handler, string, error) {
	return servedCopy(ctx, s, log, access.Wall)
}

// archiveMetadata is the JSON object of an archive: what PMTiles ask for, and
// what the wall asked.
func archiveMetadata(which []int, high uint8, version int64, said api.Recorded) map[string]any {
	return map[string]any{"name": "gridmap", "description": "网格数字化全息地图", "type": "overlay", "generator": "gridmap",
		"vector_layers": layers.VectorLayers(which, high), "gridmap_version": version, "gridmap": said}
}
