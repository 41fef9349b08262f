-- $1 id
select coalesce(division_code, (select code from divisions where level = 'district')) from plans where id = $1
