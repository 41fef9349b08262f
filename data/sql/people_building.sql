-- $1 building
select coalesce(community_code, '') from buildings where id = $1
