-- $1 account
select account, password_hash, role, scope_code, disabled
from accounts
where account = $1
