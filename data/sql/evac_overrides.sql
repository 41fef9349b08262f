-- $1 evacuation; the last word on each building
select distinct on (building_id) building_id, coalesce(shelter_id, 0), reason, at, by_whom
from evacuation_overrides where evacuation_id = $1 order by building_id, id desc
