update evacuations set lifted_at = $2, lifted_by = $3 where id = $1 and lifted_at is null and closed_at is null
