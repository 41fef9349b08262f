select id from gauges where code = $1
