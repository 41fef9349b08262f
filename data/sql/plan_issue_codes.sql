-- $1: plan; $2: first day. Codes that have been issued stay issued.
insert into issued_codes (code, issued_on)
select code, $2::date from grids where plan_id = $1
union
select code, $2::date from microgrids where plan_id = $1
on conflict (code) do nothing
