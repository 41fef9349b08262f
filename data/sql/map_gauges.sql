select t.id, t.geom, t.name, t.river, r.stage_m, h.warning_m, h.guarantee_m
from gauges t
left join lateral (
    select stage_m from readings where gauge_id = t.id and kind = 'observed' order by at desc limit 1
) r on true
left join lateral (
    select warning_m, guarantee_m from gauge_thresholds where gauge_id = t.id and valid_from <= current_date
    order by valid_from desc limit 1
) h on true
where true /* ids */
order by t.id
