-- $1 case, $2 department, $3 at: how many arrived, and how many are still expected
with arrived as (
    update whistles set arrived_at = $3
    where case_id = $1 and department_id = $2 and arrived_at is null
    returning id
)
select (select count(*) from arrived),
       (select count(*) from whistles where case_id = $1 and arrived_at is null and id not in (select id from arrived))
