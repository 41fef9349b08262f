-- $1 account, $2 hash of its password
insert into password_history (account, password_hash) values ($1, $2)
