-- $1 evacuation, $2 ids of events, or null for all
select id, grid_code, coalesce(household_id, 0), coalesce(person_id, 0), coalesce(extra, 0), status, coalesce(shelter_id, 0), decision, note, at, received_at,
       by_whom, device, sequence
from roll_calls where evacuation_id = $1 and ($2::bigint[] is null or id = any ($2)) order by id
