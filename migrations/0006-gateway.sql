-- Which gateway processes live, so that calls of one that died can be closed and those of another stay open.
-- Not of a tenant: a process serves them all, and nothing in it is about a person.
create table gateway_process (
  process_id text primary key,
  -- machine, boot and process namespace: only there does the number say whether the process still runs
  host text not null,
  pid int not null,
  pid_started text not null,
  started_at timestamptz not null,
  seen_at timestamptz not null
);
grant select, insert, update, delete on gateway_process to waarborg_app;

-- Idempotency-Key of a call and what it was given for; keyed hashes, kept for a day.
create table idempotency (
  tenant_id text not null,
  client_id text not null,
  system_id text not null,
  key_hmac bytea not null,
  body_hmac bytea not null,
  call_id text not null,
  created_at timestamptz not null,
  primary key (tenant_id, client_id, system_id, key_hmac)
);
create index idempotency_age on idempotency (created_at);
alter table idempotency enable row level security;
alter table idempotency force row level security;
create policy scope on idempotency using (waarborg_sees(tenant_id, client_id)) with check (waarborg_sees(tenant_id, client_id));
grant select, insert, update, delete on idempotency to waarborg_app;

-- A conversation whose id was not given is found again by the messages it has so far.
create index conversation_messages on conversation (tenant_id, client_id, messages_hmac) where messages_hmac is not null;
-- Answers that count in one conversation, whoever the customer turned out to be.
create index consent_event_conversation on consent_event (tenant_id, conversation_id) where conversation_id is not null;
create index ai_call_process on ai_call (process_id) where state = 'admitted';
