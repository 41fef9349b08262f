insert into evacuation_plans (evacuation_id, version, basis, reading_at, terrain_sha256, model, error_m, approved_at, approved_by, remark, totals)
select $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10 from evacuation_plans where evacuation_id = $1
returning id, version
