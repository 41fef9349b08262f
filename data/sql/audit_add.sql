-- $1 actor, $2 role, $3 action, $4 subject, $5 result, $6 detail
insert into audit (actor, role, action, subject, result, detail)
values ($1, $2, $3, $4, $5, $6::jsonb)
