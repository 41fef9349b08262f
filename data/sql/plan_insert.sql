insert into plans (name, author, parameters, report, source, division_code)
values ($1, $2, $3, $4, $5, nullif($6, ''))
returning id
