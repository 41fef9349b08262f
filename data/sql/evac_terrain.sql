-- $1 id, or null for the newest
select id, name, path, sha256, cell_m, coalesce(error_m, 1), width, height from terrain_versions
where $1::bigint is null or id = $1
order by id desc limit 1
