-- $1: tables that were loaded.
insert into changes (kind, op)
select t.name, 'reload'
from unnest($1::text[]) as t (name)
where exists (select from pg_trigger g join pg_class r on r.oid = g.tgrelid
              where r.relname = t.name and g.tgfoid in ('note_change'::regproc, 'note_change_in_force'::regproc))
