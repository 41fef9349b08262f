-- $1: first day of the plan that follows.
with old as (
    update plans set status = 'superseded' where status = 'published' returning id
), closed_grids as (
    update grids set valid = daterange(lower(valid), greatest(lower(valid), $1::date))
    where plan_id in (select id from old) and valid is not null
)
update microgrids set valid = daterange(lower(valid), greatest(lower(valid), $1::date))
where plan_id in (select id from old) and valid is not null
