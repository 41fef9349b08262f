-- $1 hash of the secret
update credentials set revoked = true where secret_hash = $1
