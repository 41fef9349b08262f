-- $1 number
select hash from audit where id = $1
