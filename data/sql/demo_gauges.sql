-- The usual level of each gauge of the demo: the lower quartile of what the demo itself made up.
select g.id, g.code, percentile_disc(0.25) within group (order by r.stage_m)::float8
from gauges g join readings r on r.gauge_id = g.id
where g.source = 'synthetic' and r.source = 'synthetic' and r.kind = 'observed'
group by g.id, g.code
order by g.id
