-- A version of the terrain; the same bytes are the same version.
insert into terrain_versions (name, path, sha256, cell_m, error_m, width, height, extent, source)
values ($1, $2, $3, $4, nullif($5::float8, 0), $6, $7, $8, $9)
on conflict (sha256) do nothing
