-- $1: a position (pg_snapshot). Changes visible now that were not visible in it.
select id, kind, op, coalesce(key, 0), at
from changes
where xid >= pg_snapshot_xmin($1::text::pg_snapshot)
  and not pg_visible_in_snapshot(xid, $1::text::pg_snapshot)
order by id
