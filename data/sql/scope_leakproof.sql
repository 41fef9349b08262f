select coalesce(bool_or(proleakproof), false)
from pg_proc
where oid = to_regprocedure('geometry_overlaps(geometry,geometry)')
