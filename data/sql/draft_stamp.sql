-- $1: community. It differs after the ground did: rows carry the number of the transaction that wrote them.
select concat_ws('.',
    (select count(*) || '-' || coalesce(sum(xmin::text::bigint), 0) from buildings where community_code = $1),
    (select xmin from divisions where code = $1),
    (select max(id) from roads), (select max(id) from water))
