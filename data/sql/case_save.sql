-- $1 case, $2 level, $3 step, $4 time of the step, $5 closed, $6 rating, $7 whistle
update cases
set level = $2, step = $3, step_at = $4, closed_at = $5, rating = $6, whistle = $7, version = version + 1
where id = $1
returning version
