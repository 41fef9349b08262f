-- +goose Up

-- Entries of the audit log are chained, so whoever writes one holds up every other
-- until the end of its transaction. A server that freezes right there would hold up
-- all of them for ever: PostgreSQL ends its session instead.
-- +goose StatementBegin
create or replace function chain_audit() returns trigger language plpgsql as $$
declare
    last record;
begin
    perform set_config('idle_in_transaction_session_timeout', '30s', true);
    perform pg_advisory_xact_lock(7201152);
    select id, hash into last from audit order by id desc limit 1;
    new.id := coalesce(last.id, 0) + 1;
    new.at := clock_timestamp();
    new.previous_hash := coalesce(last.hash, '\x00'::bytea);
    new.hash := sha256(new.previous_hash || convert_to(concat_ws('|', new.id, extract(epoch from new.at), new.actor, new.role,
        new.action, new.subject, new.result, new.detail::text), 'UTF8'));
    return new;
end $$;
-- +goose StatementEnd

-- +goose Down

-- +goose StatementBegin
create or replace function chain_audit() returns trigger language plpgsql as $$
declare
    last record;
begin
    perform pg_advisory_xact_lock(7201152);
    select id, hash into last from audit order by id desc limit 1;
    new.id := coalesce(last.id, 0) + 1;
    new.at := clock_timestamp();
    new.previous_hash := coalesce(last.hash, '\x00'::bytea);
    new.hash := sha256(new.previous_hash || convert_to(concat_ws('|', new.id, extract(epoch from new.at), new.actor, new.role,
        new.action, new.subject, new.result, new.detail::text), 'UTF8'));
    return new;
end $$;
-- +goose StatementEnd
