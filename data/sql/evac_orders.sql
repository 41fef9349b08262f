-- $1 evacuation, $2 moment
select id, grid_code, kind, issued_at, issued_by, received_at, coalesce(received_by, ''), on_scene_at, coalesce(on_scene_by, '')
from evacuation_orders where evacuation_id = $1 and issued_at <= $2 order by id
