select id, hash from audit order by id desc limit 1
