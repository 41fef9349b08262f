-- Sets the sequence behind every number in use. The lock comes first and keeps
-- two writers from setting it to the same place.
with alone as materialized (select pg_advisory_xact_lock(7201153))
select setval('case_numbers', greatest(
    (select largest_case_number() from alone),
    (select last_value from case_numbers)))
