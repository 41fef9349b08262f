-- $1 hash of the state, $2 nonce, $3 verifier, $4 end
insert into oidc_states (state_hash, nonce, verifier, expires_at) values ($1, $2, $3, $4)
