-- $1 key, $2 now, $3 tries allowed, $4 within, $5 how long it is locked after the last. What lies ahead of now was
-- written before the clock was set back: it must not lock longer than it would anew.
insert into sign_in_tries as t (key, count, first_at, until)
values ($1, 1, $2, case when $3::int <= 1 then $2::timestamptz + $5::interval end)
on conflict (key) do update
set (count, first_at, until) = (
    select case when over then 1 else t.count + 1 end,
           case when over then $2 else least(t.first_at, $2) end,
           case when over then null when t.count + 1 >= $3 then least(t.until, $2::timestamptz + $5::interval) end
    from (select coalesce(t.until <= $2, t.first_at <= $2::timestamptz - $4::interval) as over) o)
returning count, until
