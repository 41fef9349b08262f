-- $1 account, $2 how many
select password_hash from password_history where account = $1 order by id desc limit $2
