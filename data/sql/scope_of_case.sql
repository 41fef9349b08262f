-- $1 id
select community_code from cases where id = $1
