-- $1 id
select secret_hash, account, role, scope_code from credentials where id = $1 and kind = 'token' and not revoked for update
