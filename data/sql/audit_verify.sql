-- The number of entries, and the first whose number, content or hash does not
-- follow from the one before; the content is put together as chain_audit() does.
with entries as (
    select id, previous_hash, hash,
           lag(hash, 1, '\x00'::bytea) over w as prior,
           row_number() over w as place,
           sha256(previous_hash || convert_to(concat_ws('|', id, extract(epoch from at), actor, role,
               action, subject, result, detail::text), 'UTF8')) as computed
    from audit
    window w as (order by id)
)
select count(*), min(id) filter (where hash <> computed or previous_hash <> prior or id <> place)
from entries
