-- $1 hash of the secret, $2 now
update credentials set seen_at = $2 where secret_hash = $1 and seen_at < $2
