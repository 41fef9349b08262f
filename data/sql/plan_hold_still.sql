-- While this is held no plan takes force.
select pg_advisory_xact_lock_shared(7201154)
