-- $1 now
delete from oidc_states where expires_at < $1
