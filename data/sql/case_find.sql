where c.id = $1
