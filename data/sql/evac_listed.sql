-- $1 evacuation
select household_id, building_id, grid_code, persons, plan_version from evacuation_listed where evacuation_id = $1 order by household_id
