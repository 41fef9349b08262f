-- $1 plan
select household_id, building_id, grid_code, persons, helped, coalesce(shelter_id, 0), means, coalesce(distance_m, 'nan'), deadline, leave_by
from evacuation_places where plan_id = $1 order by building_id, household_id
