-- $1 evacuation, $2 plan, $3 its version
insert into evacuation_listed (evacuation_id, household_id, building_id, grid_code, persons, plan_version)
select $1, household_id, building_id, grid_code, persons, $3 from evacuation_places where plan_id = $2
on conflict do nothing
