insert into evacuation_orders (evacuation_id, grid_code, kind, issued_at, issued_by)
select $1, code, $3, $4, $5 from unnest($2::text[]) with ordinality as c (code, n) order by n
returning id
