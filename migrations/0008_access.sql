-- +goose Up

-- Requests of the web run as a role of their own, which row-level security
-- binds: the second lock, under the explicit predicates of each query. Roles
-- belong to the cluster, so databases that are made side by side share this one.
-- +goose StatementBegin
do $$
begin
    if not exists (select from pg_roles where rolname = 'gridmap_web') then
        begin
            create role gridmap_web nologin;
        exception when duplicate_object or unique_violation then
            null; -- another database's migration was quicker
        end;
    end if;
    if not pg_has_role(current_user, 'gridmap_web', 'member') then
        begin
            execute format('grant gridmap_web to %I', current_user);
        exception when unique_violation then
            null;
        end;
    end if;
end $$;
-- +goose StatementEnd

-- What local accounts need: the first password and one set by an administrator
-- must be changed; the last ones are not used again.
alter table accounts
    add column must_change boolean not null default false,
    add column password_at timestamptz not null default now(),
    add column issuer  text,
    add column subject text,
    add constraint accounts_external unique (issuer, subject),
    add constraint accounts_external_whole check ((issuer is null) = (subject is null));
comment on column accounts.subject is 'who the account is at the identity provider; null: local only';
comment on column accounts.password_hash is 'argon2id; empty: no password lets in';

create table password_history (
    id            bigint generated always as identity primary key,
    account       text not null references accounts (account) on delete cascade,
    password_hash text not null,
    at            timestamptz not null default now()
);
create index password_history_account on password_history (account, id);
insert into password_history (account, password_hash) select account, password_hash from accounts where password_hash <> '';

alter table credentials
    add column name    text not null default '',
    add column way     text not null default 'password' check (way in ('password', 'oidc', 'token', 'demo')),
    add column seen_at timestamptz not null default now(),
    add column made_by text not null default '';
update credentials set way = 'token' where kind = 'token';
create index credentials_account on credentials (account) where not revoked;

-- Tries to sign in that were not followed by a success, by account and by
-- client address. The key is a short hash: somebody may have typed a password
-- where the name belongs.
create table sign_in_tries (
    key      bytea primary key check (length(key) = 8),
    count    integer not null check (count >= 1),
    first_at timestamptz not null,
    until    timestamptz
);
comment on column sign_in_tries.until is 'locked up to then';

-- Sign-ins under way at the identity provider: each state is good once.
create table oidc_states (
    state_hash bytea primary key check (length(state_hash) = 32),
    nonce      text not null,
    verifier   text not null,
    expires_at timestamptz not null
);

create index audit_actor on audit (actor, id);
create index audit_action on audit (action, id);

-- The role may read and write what row-level security lets it see, now and in
-- tables to come; what it must not have is taken away by name.
grant usage on schema public to gridmap_web;
grant select, insert, update, delete on all tables in schema public to gridmap_web;
grant usage, select, update on all sequences in schema public to gridmap_web;
alter default privileges in schema public grant select, insert, update, delete on tables to gridmap_web;
alter default privileges in schema public grant usage, select, update on sequences to gridmap_web;
revoke all on accounts, credentials, password_history, sign_in_tries, oidc_states, goose_db_version from gridmap_web;
revoke update, delete on audit from gridmap_web;

-- gridmap.scope is what the codes of everything inside the scope begin with.
-- Unset or empty it is nothing, and nothing begins with that.
create function in_scope(code text) returns boolean language sql stable parallel safe as
$$ select starts_with(code, nullif(current_setting('gridmap.scope', true), '')) $$;

-- The next number of a case follows from those of the whole district.
create function largest_case_number() returns bigint language sql stable security definer set search_path = pg_catalog, public as
$$ select max(substr(number, 5)::bigint) from cases where number ~ '^[0-9]{4}[0-9]{7,12}$' $$;

alter table cases enable row level security;
create policy in_scope on cases using (in_scope(community_code));
alter table case_steps enable row level security;
create policy in_scope on case_steps using (exists (select from cases c where c.id = case_id));
alter table whistles enable row level security;
create policy in_scope on whistles using (exists (select from cases c where c.id = case_id));
alter table case_moves enable row level security;
create policy in_scope on case_moves using (exists (select from cases c where c.id = case_id));

alter table households enable row level security;
create policy in_scope on households using (exists (
    select from rooms r
    join stairwells s on s.id = r.stairwell_id
    join buildings b on b.id = s.building_id
    where r.id = room_id and in_scope(b.community_code)));
alter table people enable row level security;
create policy in_scope on people using (exists (select from households h where h.id = household_id));

alter table teams enable row level security;
create policy in_scope on teams using (in_scope(grid_code));
alter table team_members enable row level security;
create policy in_scope on team_members using (exists (select from teams t where t.id = team_id));
alter table home_service_tasks enable row level security;
create policy in_scope on home_service_tasks using (in_scope(grid_code));
alter table carryovers enable row level security;
create policy in_scope on carryovers using (in_scope(from_grid) or in_scope(to_grid));

-- A plan that took force is public; until then it is the business of those whose
-- scope covers all that it may touch.
alter table plans enable row level security;
create policy in_scope on plans using (in_scope(coalesce(division_code, (select code from divisions where level = 'district'))));
create policy taken_force on plans for select using (enacted_at is not null);
-- +goose StatementBegin
do $$
declare
    t text;
begin
    foreach t in array array['plan_starts', 'plan_operations'] loop
        if to_regclass(t) is not null then
            execute format('alter table %I enable row level security', t);
            execute format('create policy in_scope on %I using (exists (select from plans p where p.id = plan_id))', t);
        end if;
    end loop;
end $$;
-- +goose StatementEnd

alter table idempotency_keys enable row level security;
create policy own on idempotency_keys using (account = nullif(current_setting('gridmap.account', true), ''));

-- Nobody of the web calls the roll yet: no policy, no row.
alter table roll_calls enable row level security;

-- A condition that may leak is not tested before the policy, so it cannot use
-- an index. && compares bounding boxes and tells nothing; ST_Covers and its kin
-- put coordinates into their errors and stay as they are. Only a superuser may
-- say so; `gridmap doctor` says where nobody has.
-- +goose StatementBegin
do $$
begin
    alter function geometry_overlaps(geometry, geometry) leakproof;
exception when insufficient_privilege then
    raise notice 'geometry_overlaps is not marked leakproof: searches by place are slower';
end $$;
-- +goose StatementEnd

-- +goose Down
alter table roll_calls disable row level security;
drop table oidc_states, sign_in_tries, password_history;
