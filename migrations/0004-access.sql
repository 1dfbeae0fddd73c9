create table person (
  tenant_id text not null,
  person_id text not null,
  -- staff are data subjects too: name and address stand here only, entries name the random id
  name text not null,
  email text,
  -- argon2id in PHC form; null until the one-time link was used
  password text,
  disabled_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- the id used in apply files, so that a second apply finds the same person
  file_id text,
  primary key (tenant_id, person_id)
);
create unique index person_email on person (tenant_id, lower(email)) where email is not null;
create unique index person_file_id on person (tenant_id, file_id) where file_id is not null;

create table role_assignment (
  tenant_id text not null,
  client_id text,
  assignment_id text not null,
  person_id text not null,
  role text not null,
  system_id text,
  from_at timestamptz not null,
  until_at timestamptz,
  assigned_by text not null,
  primary key (tenant_id, assignment_id),
  foreign key (tenant_id, person_id) references person
);
create index role_assignment_person on role_assignment (tenant_id, person_id);

create table qualification (
  tenant_id text not null,
  qualification_id text not null,
  person_id text not null,
  kind text not null,
  attained_on date not null,
  valid_until timestamptz not null,
  evidence text,
  primary key (tenant_id, qualification_id),
  foreign key (tenant_id, person_id) references person
);

create table gate_decision (
  tenant_id text not null,
  client_id text not null,
  gate_id text not null,
  system_id text not null,
  version_id text not null,
  decision text not null check (decision in ('approve', 'conditional', 'reject')),
  decided_by text not null,
  reasons text not null,
  conditions text,
  decided_at timestamptz not null,
  valid_until timestamptz not null,
  primary key (tenant_id, gate_id),
  foreign key (tenant_id, system_id, version_id) references system_version
);
create index gate_decision_version on gate_decision (tenant_id, system_id, version_id, decided_at desc);

create table stop_order (
  tenant_id text not null,
  client_id text not null,
  stop_id text not null,
  -- null: every system of the client
  system_id text,
  reason text not null,
  stopped_by text not null,
  stopped_at timestamptz not null,
  resumed_at timestamptz,
  resumed_by text,
  resume_reason text,
  primary key (tenant_id, stop_id)
);
create index stop_order_open on stop_order (tenant_id, client_id) where resumed_at is null;

create table system_key (
  tenant_id text not null,
  client_id text not null,
  key_id text not null,
  system_id text not null,
  secret_hash bytea not null,
  label text not null,
  created_at timestamptz not null,
  created_by text not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_on date,
  primary key (tenant_id, key_id),
  foreign key (tenant_id, system_id) references ai_system
);
create unique index system_key_id on system_key (key_id);

create table session (
  tenant_id text not null,
  token_hash bytea not null,
  person_id text not null,
  client_id text,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  ends_at timestamptz not null,
  primary key (tenant_id, token_hash),
  foreign key (tenant_id, person_id) references person
);
create unique index session_token on session (token_hash);

-- One-time links: first administrator, new password. Only the hash is kept.
create table one_time_link (
  tenant_id text not null,
  token_hash bytea not null,
  person_id text not null,
  kind text not null check (kind in ('set_password')),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (tenant_id, token_hash),
  foreign key (tenant_id, person_id) references person
);
create unique index one_time_link_token on one_time_link (token_hash);

-- Customers reach the portal by a link that belongs to one conversation.
create table portal_link (
  tenant_id text not null,
  client_id text not null,
  token_hash bytea not null,
  link_id text not null,
  conversation_id text not null,
  subject_id text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  primary key (tenant_id, token_hash),
  foreign key (tenant_id, conversation_id) references conversation
);
create unique index portal_link_token on portal_link (token_hash);

-- Passwords that were tried and failed, or are being tried, of the last quarter of an hour: keyed hashes of an e-mail
-- address or a network address. Of no tenant: it is written before anyone knows whose address it is.
create table sign_in_attempt (
  key_hash bytea primary key,
  attempts timestamptz[] not null,
  updated_at timestamptz not null
);
create index sign_in_attempt_old on sign_in_attempt (updated_at);
alter table sign_in_attempt enable row level security;
alter table sign_in_attempt force row level security;
create policy authentication on sign_in_attempt using (current_setting('waarborg.tenant', true) = '*') with check (current_setting('waarborg.tenant', true) = '*');
grant select, insert, update, delete on sign_in_attempt to waarborg_app;

do $$
declare t text;
begin
  foreach t in array array['gate_decision', 'stop_order', 'system_key', 'portal_link'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy scope on %I using (waarborg_sees(tenant_id, client_id)) with check (waarborg_sees(tenant_id, client_id))', t);
    execute format('grant select, insert, update, delete on %I to waarborg_app', t);
  end loop;
  foreach t in array array['person', 'qualification', 'session', 'one_time_link'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy scope on %I using (waarborg_sees(tenant_id, null)) with check (waarborg_sees(tenant_id, null))', t);
    execute format('grant select, insert, update, delete on %I to waarborg_app', t);
  end loop;
end $$;

-- A role for the whole organisation is seen by everyone in it, but given only by who acts for all its clients: without
-- the second half of the check an administrator of one client could make one of all.
alter table role_assignment enable row level security;
alter table role_assignment force row level security;
create policy scope on role_assignment using (waarborg_sees(tenant_id, client_id))
  with check (waarborg_sees(tenant_id, client_id) and (client_id is not null or current_setting('waarborg.clients', true) = '*'));
grant select, insert, update, delete on role_assignment to waarborg_app;
