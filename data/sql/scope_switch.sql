-- $1 role. The role before is read first.
with before as materialized (select current_setting('role') as role)
select before.role from before, lateral (select set_config('role', $1::text, true), before.role) s
