-- $1 now, $2 how long tries count
delete from sign_in_tries where coalesce(until, first_at + $2::interval) < $1
