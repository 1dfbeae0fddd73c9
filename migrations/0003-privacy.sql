create table purpose (
  tenant_id text not null,
  client_id text not null,
  purpose_id text not null,
  name jsonb not null,
  basis text not null check (basis in ('consent', 'contract', 'legal_obligation', 'public_task', 'vital_interests', 'legitimate_interests')),
  special_basis text,
  -- necessity or balancing test, shown to the customer; required for every basis but consent
  reasoning jsonb,
  signed_by text,
  signed_at timestamptz,
  data_kinds jsonb not null,
  retention_days int not null check (retention_days between 1 and 36500),
  consequence_of_no jsonb,
  objectable boolean not null,
  prohibited jsonb,
  updated_at timestamptz not null,
  primary key (tenant_id, client_id, purpose_id),
  foreign key (tenant_id, client_id) references client,
  check (basis = 'consent' or (reasoning is not null and signed_by is not null and signed_at is not null))
);

-- Append-only; the state is a fold of these in order of `seq`, never of `at` (a clock may jump).
create table consent_event (
  tenant_id text not null,
  client_id text not null,
  event_id text not null,
  seq bigint generated always as identity,
  subject_id text not null,
  purpose_id text not null,
  -- null: every system of the client
  system_id text,
  state text not null check (state in ('asked', 'given', 'refused', 'withdrawn', 'expired', 'superseded', 'objected', 'objection_lifted')),
  at timestamptz not null,
  expires_at timestamptz,
  -- customer | representative | staff
  by_whom text not null,
  -- a grant that counts in one conversation only (anonymous subject)
  conversation_id text,
  wording jsonb not null,
  evidence jsonb,
  primary key (tenant_id, event_id),
  foreign key (tenant_id, subject_id) references data_subject
);
create index consent_event_fold on consent_event (tenant_id, subject_id, purpose_id, seq);

create table disclosure_event (
  tenant_id text not null,
  client_id text not null,
  disclosure_id text not null,
  conversation_id text not null,
  call_id text,
  -- injected by the gateway | reported by the platform
  source text not null check (source in ('injected', 'reported')),
  channel text not null,
  language text not null,
  text_key text not null,
  text_version text not null,
  at timestamptz not null,
  primary key (tenant_id, disclosure_id),
  foreign key (tenant_id, conversation_id) references conversation
);
create index disclosure_conversation on disclosure_event (tenant_id, conversation_id, at);

do $$
declare t text;
begin
  foreach t in array array['purpose', 'consent_event', 'disclosure_event'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy scope on %I using (waarborg_sees(tenant_id, client_id)) with check (waarborg_sees(tenant_id, client_id))', t);
  end loop;
end $$;
grant select, insert, update, delete on purpose to waarborg_app;
grant select, insert, delete on consent_event to waarborg_app;
grant select, insert, delete on disclosure_event to waarborg_app;
