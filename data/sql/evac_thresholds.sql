select gauge_id, valid_from, coalesce(warning_m, 'nan'), coalesce(guarantee_m, 'nan'), datum, source
from gauge_thresholds order by gauge_id, valid_from
