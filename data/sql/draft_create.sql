insert into plans (name, author, parameters, source, division_code)
values ($1, $2, $3, 'drawn', $4)
returning id
