-- $1: plan; $2: moment. The map has a new version; plans of which nothing is in force any more are superseded.
with noted as (
    insert into enactments (version, plan_id, at)
    select coalesce(max(version), 0) + 1, $1, $2 from enactments
    returning version
), put as (
    update plans p
    set enacted_at = case when p.id = $1 then $2 else p.enacted_at end,
        status = case when p.id = $1 then 'published' else 'superseded' end
    where p.id = $1
       or p.status = 'published' and p.enacted_at is not null
          and not exists (select from grids g where g.plan_id = p.id and upper_inf(g.valid))
)
select version from noted
