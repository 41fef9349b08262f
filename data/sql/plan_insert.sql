insert into plans (name, author, parameters, report, source)
values ($1, $2, $3, $4, $5)
returning id
