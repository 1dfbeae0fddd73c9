-- The tamper-evident record: one log for the whole installation, so that one signed head speaks for all.

-- The committed head. One row; the integrator moves it by compare-and-swap, so a fork cannot commit whatever else fails.
create table ledger_head (
  log smallint primary key check (log = 1),
  size bigint not null check (size >= 0),
  root bytea not null check (octet_length(root) = 32)
);
insert into ledger_head (log, size, root) values (1, 0, sha256(''::bytea));

-- What transactions have recorded and the integrator has not numbered yet.
create table ledger_pending (
  tenant_id text not null,
  client_id text,
  id uuid not null,
  type text not null,
  subject_id text,
  conversation_id text,
  call_id text,
  system_id text,
  at timestamptz not null,
  -- canonical JSON (RFC 8785); the uint16 of an entry bundle limits it
  payload bytea not null check (octet_length(payload) between 1 and 65535),
  leaf_hash bytea not null check (octet_length(leaf_hash) = 32),
  -- Order only. It has gaps (rolled-back transactions) and is not the log index; a sequence value is taken after every
  -- commit the caller could have seen, so that a cause stands before its effect.
  seq bigint generated always as identity,
  queued_at timestamptz not null default clock_timestamp(),
  -- the id stands in the log with other contents: kept apart and never numbered, an alarm until a person has looked
  conflict boolean not null default false,
  primary key (tenant_id, id)
);
create index ledger_pending_order on ledger_pending (seq);
create index ledger_pending_conflict on ledger_pending (seq) where conflict;

-- The log. Its key is the index alone, not tenant first: the log is one sequence over all tenants, and the tree, its
-- tiles and its proofs name entries by this number. The columns are copies from the payload, for look-up only.
create table ledger_entry (
  idx bigint primary key check (idx >= 0),
  tenant_id text not null,
  client_id text,
  id uuid not null,
  type text not null,
  subject_id text,
  conversation_id text,
  call_id text,
  system_id text,
  at timestamptz not null,
  payload bytea not null,
  leaf_hash bytea not null,
  -- The id first: while the table has no statistics yet, any index that begins with the tenant looks as good as this one
  -- for finding an id, and finding it there would cost more with each entry.
  unique (id, tenant_id)
);
create index ledger_entry_type on ledger_entry (tenant_id, type, idx);
create index ledger_entry_conversation on ledger_entry (tenant_id, conversation_id, idx) where conversation_id is not null;
create index ledger_entry_call on ledger_entry (tenant_id, call_id, idx) where call_id is not null;
create index ledger_entry_subject on ledger_entry (tenant_id, subject_id, idx) where subject_id is not null;
create index ledger_entry_system on ledger_entry (tenant_id, system_id, idx) where system_id is not null;

-- Tiles of the tree (C2SP tlog-tiles): hashes only. The unfinished tile of each level grows in place; together these are
-- the state from which any process can go on.
create table ledger_tile (
  level smallint not null check (level between 0 and 63),
  idx bigint not null check (idx >= 0),
  hashes bytea not null check (octet_length(hashes) between 32 and 8192 and octet_length(hashes) % 32 = 0),
  primary key (level, idx)
);
-- hashes do not compress
alter table ledger_tile alter column hashes set storage external;

-- Every head that was signed, after its commit.
create table ledger_checkpoint (
  size bigint primary key check (size >= 0),
  root bytea not null check (octet_length(root) = 32),
  note text not null,
  signed_at timestamptz not null
);

-- How far each reader of the news has come (at-least-once).
create table ledger_cursor (
  reader text primary key,
  next_idx bigint not null check (next_idx >= 0),
  moved_at timestamptz not null
);

-- The guard against change is what these roles may do: nobody who serves requests can alter or remove an entry.
grant select, insert on ledger_pending to waarborg_app;
grant select on ledger_entry, ledger_head, ledger_tile, ledger_checkpoint to waarborg_app;
grant select, insert, update on ledger_cursor to waarborg_app;

grant select, delete, update (conflict) on ledger_pending to waarborg_integrator;
grant select, insert on ledger_entry, ledger_checkpoint to waarborg_integrator;
grant select, insert, update on ledger_tile to waarborg_integrator;
grant select, update on ledger_head to waarborg_integrator;

do $$
declare
  t text;
  sees constant text := $policy$
    (tenant_id = current_setting('waarborg.tenant', true) or current_setting('waarborg.tenant', true) = '*')
    and (current_setting('waarborg.clients', true) = '*' or client_id is null
         or client_id = any (string_to_array(current_setting('waarborg.clients', true), ',')))$policy$;
begin
  foreach t in array array['ledger_pending', 'ledger_entry'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy scope on %I to waarborg_app using (%s) with check (%s)', t, sees, sees);
    execute format('create policy integrator on %I to waarborg_integrator using (true) with check (true)', t);
  end loop;
end $$;
alter table ledger_cursor enable row level security;
alter table ledger_cursor force row level security;
create policy jobs on ledger_cursor to waarborg_app using (current_setting('waarborg.tenant', true) = '*')
  with check (current_setting('waarborg.tenant', true) = '*');
