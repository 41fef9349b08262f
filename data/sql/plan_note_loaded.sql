-- Plans that were loaded as in force are versions of the map.
insert into enactments (version, plan_id, at)
select (select coalesce(max(version), 0) from enactments) + row_number() over (order by enacted_at, id), id, enacted_at
from plans
where enacted_at is not null and id not in (select plan_id from enactments)
