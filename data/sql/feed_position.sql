-- The position of this snapshot: it, cut off behind the newest change that it sees.
-- For the feed both are the same place. But a number behind that change may belong
-- to a transaction that was undone and left nothing in the log; after a crash or a
-- failover it is given again, and the whole snapshot would say that it has ended.
-- The newest change itself is durable, so no number up to it is given again.
select case when x is null then s::text
    else format('%s:%s:%s', least(pg_snapshot_xmin(s)::text::numeric, x + 1), x + 1,
        (select string_agg(i::text, ',' order by i) from pg_snapshot_xip(s) i where i::text::numeric <= x)) end
from (select pg_current_snapshot() s,
    greatest((select max(xid) from changes), (select max(trimmed_to) from change_trims))::text::numeric x) newest
