-- Proof of who signs in beyond a password, roles that come from an identity provider, and who read what customers said.

create table second_factor (
  tenant_id text not null,
  person_id text not null,
  -- secret of the authenticator app, under a key outside the database; null until it was proved
  sealed bytea,
  enrolled_at timestamptz,
  -- the latest step of 30 seconds that was used: each counts once
  last_step bigint not null default 0,
  -- a secret that was shown and is not yet proved
  pending bytea,
  pending_at timestamptz,
  primary key (tenant_id, person_id),
  foreign key (tenant_id, person_id) references person
);

-- Codes for when the second factor is not at hand: keyed hashes, each of use once.
create table recovery_code (
  tenant_id text not null,
  person_id text not null,
  code_hash bytea not null,
  created_at timestamptz not null,
  used_at timestamptz,
  primary key (tenant_id, person_id, code_hash),
  foreign key (tenant_id, person_id) references person
);

create table passkey (
  tenant_id text not null,
  passkey_id text not null,
  person_id text not null,
  credential_id bytea not null,
  public_key bytea not null,
  sign_count bigint not null,
  transports text[] not null,
  -- whether the authenticator says that the passkey is synchronised to other devices
  backed_up boolean not null,
  -- the person's own name for it, under a key outside the database
  sealed_name bytea not null,
  created_at timestamptz not null,
  last_used_at timestamptz,
  primary key (tenant_id, passkey_id),
  foreign key (tenant_id, person_id) references person
);
create unique index passkey_credential on passkey (credential_id);
create index passkey_person on passkey (tenant_id, person_id);

-- A sign-in under way: a challenge for a passkey, or a visit to the identity provider. Found by the hash of what only
-- the browser holds, of use once. Written before anyone knows whose it is, so of no organisation.
create table sign_in_flow (
  flow_hash bytea primary key,
  kind text not null check (kind in ('passkey', 'passkey_registration', 'oidc')),
  -- what is needed to end it (person, nonce, code verifier), under a key outside the database
  sealed bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index sign_in_flow_old on sign_in_flow (expires_at);
alter table sign_in_flow enable row level security;
alter table sign_in_flow force row level security;
create policy authentication on sign_in_flow using (current_setting('waarborg.tenant', true) = '*') with check (current_setting('waarborg.tenant', true) = '*');
grant select, insert, delete on sign_in_flow to waarborg_app;

-- Sessions of before have no second factor behind them: complete_at is null, so they end and people sign in again.
alter table session
  add column session_id text not null default gen_random_uuid()::text,
  -- null: the second factor is still to come
  add column complete_at timestamptz,
  -- when the person last proved who they are, for acts that ask for that
  add column proved_at timestamptz,
  add column factors text[] not null default '{}',
  -- browser and system by class only (chrome/windows)
  add column device text not null default 'other/other',
  -- what the identity provider asks for at signing out, under a key outside the database
  add column sealed_logout bytea;
create unique index session_id on session (tenant_id, session_id);
create index session_person on session (tenant_id, person_id);

-- Who a person is at an identity provider: a keyed hash of issuer and subject.
create table identity (
  tenant_id text not null,
  subject_hmac bytea not null,
  person_id text not null,
  created_at timestamptz not null,
  last_used_at timestamptz not null,
  primary key (tenant_id, subject_hmac),
  foreign key (tenant_id, person_id) references person
);

-- Which role a group of the identity provider gives, and where.
create table group_role (
  tenant_id text not null,
  client_id text,
  mapping_id text not null,
  group_name text not null,
  role text not null,
  created_at timestamptz not null,
  primary key (tenant_id, mapping_id)
);

alter table role_assignment
  -- given: by a person or a file; group: by a group of the identity provider, held until the next sign-in at most
  add column source text not null default 'given' check (source in ('given', 'group'));

-- Why someone opened what a customer said, when their work on that conversation does not say so already.
create table reveal (
  tenant_id text not null,
  client_id text not null,
  reveal_id text not null,
  person_id text not null,
  conversation_id text not null,
  subject_id text not null,
  reason text not null,
  -- the person's own words, under the subject's key
  sealed_words bytea,
  at timestamptz not null,
  until_at timestamptz not null,
  primary key (tenant_id, reveal_id)
);
create index reveal_open on reveal (tenant_id, person_id, conversation_id, until_at);

-- Each time staff read what a customer said: ids and codes only.
create table content_view (
  tenant_id text not null,
  client_id text not null,
  -- of the entry in the ledger
  view_id text not null,
  person_id text not null,
  subject_id text not null,
  conversation_id text not null,
  role text not null,
  reason text not null,
  reveal_id text,
  at timestamptz not null,
  primary key (tenant_id, view_id)
);
create index content_view_person on content_view (tenant_id, person_id, at desc);
create index content_view_subject on content_view (tenant_id, subject_id, at desc);
create index content_view_recent on content_view (tenant_id, client_id, at);

-- Someone read of many more customers in an hour than they and their colleagues do.
create table reading_signal (
  tenant_id text not null,
  client_id text not null,
  signal_id text not null,
  person_id text not null,
  from_at timestamptz not null,
  until_at timestamptz not null,
  customers int not null,
  -- the most that was not unusual, and what it was compared with
  usual int not null,
  compared_with text not null check (compared_with in ('own_and_team', 'own', 'team', 'nothing')),
  found_at timestamptz not null,
  judged_at timestamptz,
  judged_by text,
  judgement text check (judgement in ('explained', 'to_follow_up')),
  primary key (tenant_id, signal_id)
);
create index reading_signal_open on reading_signal (tenant_id, client_id, found_at) where judged_at is null;

do $$
declare t text;
begin
  foreach t in array array['second_factor', 'recovery_code', 'passkey', 'identity'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy scope on %I using (waarborg_sees(tenant_id, null)) with check (waarborg_sees(tenant_id, null))', t);
    execute format('grant select, insert, update, delete on %I to waarborg_app', t);
  end loop;
  foreach t in array array['reveal', 'content_view', 'reading_signal'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy scope on %I using (waarborg_sees(tenant_id, client_id)) with check (waarborg_sees(tenant_id, client_id))', t);
    execute format('grant select, insert on %I to waarborg_app', t);
  end loop;
end $$;
-- Words go at erasure; rows go with the facts of their conversation, at the end of the term.
grant update (sealed_words), delete on reveal to waarborg_app;
grant delete on content_view to waarborg_app;
grant update (judged_at, judged_by, judgement) on reading_signal to waarborg_app;

-- As for roles: what a group gives for the whole organisation is decided by who acts for all its clients.
alter table group_role enable row level security;
alter table group_role force row level security;
create policy scope on group_role using (waarborg_sees(tenant_id, client_id))
  with check (waarborg_sees(tenant_id, client_id) and (client_id is not null or current_setting('waarborg.clients', true) = '*'));
grant select, insert, delete on group_role to waarborg_app;
