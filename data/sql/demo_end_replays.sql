-- $1 by whom
update evacuations
set closed_at = clock_from + (now() - clock_at) * clock_rate, closed_by = $1
where replay is not null and closed_at is null
