-- $1: a position. True while nothing newer than it has been trimmed.
select coalesce(max(trimmed_to), '0'::xid8) <= pg_snapshot_xmin($1::text::pg_snapshot)
from change_trims
