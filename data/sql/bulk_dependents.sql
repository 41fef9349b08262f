-- $1: tables. Secondary indexes and foreign keys on them (and foreign keys that
-- other tables hold on them are left alone: the referenced keys stay).
select format('alter table %I drop constraint %I', r.relname, c.conname),
       format('alter table %I add constraint %I %s', r.relname, c.conname, pg_get_constraintdef(c.oid))
from pg_constraint c
join pg_class r on r.oid = c.conrelid
where c.contype = 'f' and r.relname = any ($1) and r.relnamespace = current_schema()::regnamespace
union all
select format('drop index %I', i.relname), pg_get_indexdef(x.indexrelid)
from pg_index x
join pg_class i on i.oid = x.indexrelid
join pg_class r on r.oid = x.indrelid
where r.relname = any ($1) and r.relnamespace = current_schema()::regnamespace
  and not x.indisunique and not x.indisexclusion
