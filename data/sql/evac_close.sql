update evacuations set closed_at = $2, closed_by = $3 where id = $1 and closed_at is null
