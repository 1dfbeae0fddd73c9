-- Rights of data subjects, retention, legal holds and data breaches. What people wrote is ciphertext under the subject's key, or
-- under a key of the organisation where it is about a breach; everything else here is codes, times, counts and random ids.

-- GDPR 18: while set, only storage and what art. 18(2) allows.
alter table data_subject add column restricted_at timestamptz;
alter table data_subject add column restricted_by text;

-- Days by kind of data (src/privacy/rights/retention.ts) where they differ from the default: {"callFacts": 730}.
alter table purpose add column terms jsonb not null default '{}';

-- When the contents went at the end of their term; the facts about the conversation stay for theirs.
alter table conversation add column contents_ended_at timestamptz;
create index conversation_term on conversation (tenant_id, client_id, purpose_id, updated_at);

create table data_request (
  tenant_id text not null,
  client_id text not null,
  request_id text not null,
  subject_id text not null,
  -- the conversation whose link or number it was made with
  conversation_id text,
  kind text not null check (kind in ('access', 'rectification', 'erasure', 'restriction', 'portability', 'objection')),
  -- portal | staff | api
  via text not null,
  -- customer | representative
  by_whom text not null,
  -- how it was established who asks: link | known_account | called_back | document | not_in_doubt | system
  identity text not null,
  -- register number of a mandate or guardian's decision
  mandate text,
  recorded_by text not null,
  language text not null,
  state text not null check (state in ('received', 'extended', 'completed', 'refused')),
  received_at timestamptz not null,
  -- calendar days in the client's time zone; strict and with the roll of Regulation 1182/71
  due_strict date not null,
  due_latest date not null,
  extended_at timestamptz,
  extension_reason text,
  -- granted | partly | refused
  decision text,
  grounds text[] not null default '{}',
  decided_at timestamptz,
  decided_by text,
  completed_at timestamptz,
  -- what was done, in codes and counts
  outcome jsonb,
  -- what the customer asked, and the letters, under the subject's key; null after erasure
  sealed bytea,
  primary key (tenant_id, request_id),
  foreign key (tenant_id, subject_id) references data_subject
);
create index data_request_subject on data_request (tenant_id, subject_id);
create index data_request_open on data_request (tenant_id, client_id, due_strict) where decided_at is null;

-- What the customer says is right, beside the original, which stays.
create table correction (
  tenant_id text not null,
  client_id text not null,
  correction_id text not null,
  subject_id text not null,
  request_id text not null,
  conversation_id text,
  turn_seq int,
  at timestamptz not null,
  by_whom text not null,
  sealed bytea not null,
  primary key (tenant_id, correction_id),
  foreign key (tenant_id, subject_id) references data_subject
);
create index correction_subject on correction (tenant_id, subject_id);

-- A copy made ready for its data subject, sealed under the subject's key; it goes when it ends.
create table prepared_copy (
  tenant_id text not null,
  client_id text not null,
  copy_id text not null,
  subject_id text not null,
  request_id text not null,
  kind text not null check (kind in ('access', 'portability')),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  collected_at timestamptz,
  sealed bytea not null,
  primary key (tenant_id, copy_id),
  foreign key (tenant_id, subject_id) references data_subject
);
create index prepared_copy_subject on prepared_copy (tenant_id, subject_id);
create index prepared_copy_end on prepared_copy (tenant_id, expires_at);

-- What may not be deleted, of whom, why and until when. One that has ended still holds until a person lifts it.
create table legal_hold (
  tenant_id text not null,
  client_id text not null,
  hold_id text not null,
  subject_id text,
  conversation_id text,
  -- a request or a breach of this installation: everybody it is about
  case_id text,
  reason text not null,
  reference text,
  placed_by text not null,
  placed_at timestamptz not null,
  ends_at timestamptz not null,
  -- when its end was put on record
  expired_at timestamptz,
  lifted_at timestamptz,
  lifted_by text,
  lift_reason text,
  primary key (tenant_id, hold_id),
  check ((subject_id is not null)::int + (conversation_id is not null)::int + (case_id is not null)::int = 1)
);
create index legal_hold_subject on legal_hold (tenant_id, subject_id) where lifted_at is null and subject_id is not null;
create index legal_hold_conversation on legal_hold (tenant_id, conversation_id) where lifted_at is null and conversation_id is not null;

-- A pass of retention. Counts grow in the transaction of each batch; the entry is written when the pass ends. A pass found open
-- is gone on with.
create table retention_run (
  tenant_id text not null,
  run_id text not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  -- [{kind, client, purpose, rows, conversations}]
  counts jsonb not null default '[]',
  event_id text,
  primary key (tenant_id, run_id)
);
create index retention_run_open on retention_run (tenant_id) where ended_at is null;

create table breach (
  tenant_id text not null,
  -- null: the organisation as a whole
  client_id text,
  breach_id text not null,
  state text not null check (state in ('recorded', 'assessed', 'notified', 'closed')),
  -- confidentiality | integrity | availability
  kinds text[] not null,
  cause text not null,
  categories text[] not null,
  happened_from timestamptz,
  happened_until timestamptz,
  discovered_at timestamptz not null,
  due_at timestamptz not null,
  recorded_by text not null,
  -- {system, key, person, upstream} by which the affected were found
  query jsonb,
  affected int,
  risk text,
  notify_authority boolean,
  tell_people boolean,
  assessed_at timestamptz,
  assessed_by text,
  notified_at timestamptz,
  authority_reference text,
  told_at timestamptz,
  closed_at timestamptz,
  -- what happened, consequences, measures and reasons, under a key of the organisation
  sealed bytea not null,
  primary key (tenant_id, breach_id)
);
create index breach_open on breach (tenant_id, due_at) where closed_at is null;

create table breach_subject (
  tenant_id text not null,
  client_id text not null,
  breach_id text not null,
  subject_id text not null,
  primary key (tenant_id, breach_id, subject_id),
  foreign key (tenant_id, subject_id) references data_subject
);
create index breach_subject_subject on breach_subject (tenant_id, subject_id);

do $$
declare t text;
begin
  foreach t in array array['data_request', 'correction', 'prepared_copy', 'legal_hold', 'breach', 'breach_subject'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy scope on %I using (waarborg_sees(tenant_id, client_id)) with check (waarborg_sees(tenant_id, client_id))', t);
  end loop;
  alter table retention_run enable row level security;
  alter table retention_run force row level security;
  create policy scope on retention_run using (waarborg_sees(tenant_id, null)) with check (waarborg_sees(tenant_id, null));
end $$;
grant select, insert, update on data_request, legal_hold, breach, retention_run to waarborg_app;
grant select, insert, delete on correction to waarborg_app;
grant select, insert, update, delete on prepared_copy to waarborg_app;
grant select, insert, delete on breach_subject to waarborg_app;
-- adoption moves what was made before the customer was known
grant update (subject_id, sealed) on correction to waarborg_app;
