-- One plan takes force at a time, and no case is being routed meanwhile.
select pg_advisory_xact_lock(7201154)
