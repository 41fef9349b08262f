-- +goose Up

-- What the desk of a community began from in a plan: the grids in force, or those
-- that the plan was drawn with. It is kept with the first operation, so that
-- the log can be played again when other grids are in force.
create table plan_starts (
    plan_id        bigint not null references plans (id),
    community_code text not null references divisions (code),
    drawn          boolean not null,
    based_on       bigint not null,
    start          jsonb not null,
    at             timestamptz not null default clock_timestamp(),
    primary key (plan_id, community_code)
);
comment on column plan_starts.drawn is 'it began from grids of the plan itself, not from those in force';
comment on column plan_starts.based_on is 'version of the map whose grids of the community were in force';

-- The log of operations is what a draft is. Undo and redo are entries like the
-- others; nothing is ever taken out.
create table plan_operations (
    plan_id        bigint not null references plans (id),
    seq            integer not null check (seq >= 1),
    community_code text not null references divisions (code),
    kind           text not null check (kind in ('move', 'split', 'merge', 'lock', 'unlock', 'rename', 'complex', 'dedicated',
                                                 'redraw', 'repair', 'undo', 'redo', 'import')),
    target         integer,
    op             jsonb not null,
    effect         jsonb not null,
    grids          text[] not null,
    totals         jsonb not null,
    ground         bytea not null check (length(ground) = 32),
    zh             text not null,
    en             text not null,
    actor          text not null,
    at             timestamptz not null default clock_timestamp(),
    primary key (plan_id, seq),
    foreign key (plan_id, community_code) references plan_starts (plan_id, community_code),
    check ((target is not null) = (kind in ('undo', 'redo')))
);
comment on column plan_operations.target is 'of undo and redo: the entry that is taken back, or done again';
comment on column plan_operations.op is 'as it was asked for';
comment on column plan_operations.effect is
    'what it did: plots by number where the ground is the same, by building, part or position where it is not';
comment on column plan_operations.totals is 'of the community after it: grids, outside, households, complex';
comment on column plan_operations.ground is 'SHA-256 of the plots, of which the numbers are good for';
create index plan_operations_community on plan_operations (plan_id, community_code, seq);

create index plan_operations_undone on plan_operations (plan_id) where kind = 'undo';

create trigger plan_operations_append_only before update or delete or truncate on plan_operations
    for each statement execute function refuse_change();
create trigger plan_starts_append_only before update or delete or truncate on plan_starts
    for each statement execute function refuse_change();

-- A submission writes the grids of a draft anew: what refers to grids is looked for by them.
create index plan_buildings_microgrid on plan_buildings (microgrid_id) where microgrid_id is not null;
create index cases_microgrid on cases (microgrid_id) where microgrid_id is not null;
create index case_moves_from on case_moves (from_grid);
create index case_moves_to on case_moves (to_grid);

-- +goose Down
drop index plan_buildings_microgrid, cases_microgrid, case_moves_from, case_moves_to;
drop table plan_operations, plan_starts;
