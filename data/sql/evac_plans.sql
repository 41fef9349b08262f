-- $1 evacuation; newest first
select id, version, basis, reading_at, coalesce(terrain_sha256, ''), model, error_m, approved_at, approved_by, remark, totals
from evacuation_plans where evacuation_id = $1 order by version desc
