-- $1 evacuation, $2 after, $3 moment, $4 limit
select seq, at, kind, coalesce(grid_code, ''), facts, by_whom from evacuation_log
where evacuation_id = $1 and seq > $2 and at <= $3 order by seq limit $4
