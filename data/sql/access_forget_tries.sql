-- $1 key
delete from sign_in_tries where key = $1
