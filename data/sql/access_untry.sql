-- $1 key
with last as (delete from sign_in_tries where key = $1 and count = 1)
update sign_in_tries set count = count - 1, until = null where key = $1 and count > 1
