-- $1 hash of the state, $2 now
delete from oidc_states where state_hash = $1 and expires_at > $2 returning nonce, verifier, expires_at
