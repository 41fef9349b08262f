-- $1 moment, $2 how far back. What was known at the moment: the stages observed by then, and of each kind of
-- forecast the one that was issued last.
select r.gauge_id, r.at, r.issued_at, r.kind, r.stage_m, r.source
from readings r
where r.issued_at <= $1
  and (r.kind = 'observed' and r.at <= $1 and r.at > $1 - $2::interval
    or r.kind <> 'observed' and r.issued_at = (
        select max(l.issued_at) from readings l where l.gauge_id = r.gauge_id and l.kind = r.kind and l.issued_at <= $1 and l.issued_at > $1 - interval '7 days'))
order by r.gauge_id, r.kind, r.at, r.issued_at
