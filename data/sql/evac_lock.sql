select id from evacuations where id = $1 for update
