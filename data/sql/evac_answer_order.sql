-- $1 order, $2 state, $3 when, $4 who. The first answer stands; on scene implies received.
update evacuation_orders set
    received_at = coalesce(received_at, $3), received_by = coalesce(received_by, $4),
    on_scene_at = case when $2 = 'on_scene' then coalesce(on_scene_at, $3) else on_scene_at end,
    on_scene_by = case when $2 = 'on_scene' then coalesce(on_scene_by, $4) else on_scene_by end
where id = $1
