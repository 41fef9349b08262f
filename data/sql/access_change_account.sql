-- $1 account, $2 disabled, $3 role, $4 scope, $5 hash of a password, $6 issuer, $7 subject; null leaves as it is
update accounts
set disabled = coalesce($2, disabled), role = coalesce($3, role), scope_code = coalesce($4, scope_code),
    password_hash = coalesce($5, password_hash),
    password_at = case when $5::text is null then password_at else now() end,
    must_change = must_change or $5::text is not null,
    issuer = case when $6::text is null then issuer else nullif($6, '') end,
    subject = case when $7::text is null then subject else nullif($7, '') end
where account = $1
