-- $1: interval to keep.
with gone as (
    delete from changes
    where at < now() - $1::interval and xid < pg_snapshot_xmin(pg_current_snapshot())
    returning xid
)
insert into change_trims (trimmed_to)
select max(xid) from gone having count(*) > 0
