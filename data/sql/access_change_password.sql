-- $1 account, $2 hash of the password that its owner chose
update accounts set password_hash = $2, password_at = now(), must_change = false where account = $1
