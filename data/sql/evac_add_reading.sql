-- The same level of the same moment again is known; another one corrects it.
insert into readings (gauge_id, at, kind, issued_at, stage_m, source)
select $1::bigint, $2::timestamptz, $3::text, $4::timestamptz, $5::real, $6::text
where not exists (
    select from readings r where r.gauge_id = $1 and r.at = $2 and r.kind = $3 and r.stage_m = $5::real and (r.kind = 'observed' or r.issued_at = $4))
on conflict do nothing
