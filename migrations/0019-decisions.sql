-- Decisions about people that an AI took, prepared or advised, and what became of them. What went in and how it is explained is
-- ciphertext under the subject's key; codes, times, the score and whether it was favourable stand readable under a random id, since
-- audits count them.

-- What decisions of this system look like (records/contract.ts `decisionRules`); null: it takes none that are recorded.
alter table ai_system add column decisions jsonb;

create table decision (
  tenant_id text not null,
  client_id text not null,
  decision_id text not null,
  subject_id text not null,
  -- customer | agent
  subject_role text not null check (subject_role in ('customer', 'agent')),
  conversation_id text,
  system_id text not null,
  version_id text not null,
  purpose_id text not null,
  kind text not null,
  class text not null check (class in ('inform', 'assist', 'decide', 'solely_automated')),
  channel text not null,
  language text not null,
  -- when it was taken, as the system says; audits and monitors go in this order
  decided_at timestamptz not null,
  recorded_at timestamptz not null,
  -- one of the labels that the register names
  outcome text not null,
  -- as the system's owner declared it; null: not declared, and then nobody can tell who is worse off
  favourable boolean,
  score double precision,
  threshold double precision,
  -- not_needed | waiting | confirmed | changed
  review text not null check (review in ('not_needed', 'waiting', 'confirmed', 'changed')),
  -- why it waits: policy name
  review_reason text,
  -- given | refused | not_needed
  explanation text not null check (explanation in ('given', 'refused', 'not_needed')),
  explanation_reason text,
  -- under which key the sender knows it, and a keyed hash of what was sent: the same again gives the same answer
  key_hmac bytea,
  body_hmac bytea not null,
  record text not null,
  -- features, alternatives, explanation record and sentences, under the subject's key; null after erasure or its term
  sealed bytea,
  primary key (tenant_id, decision_id),
  foreign key (tenant_id, subject_id) references data_subject
);
create unique index decision_key on decision (tenant_id, client_id, system_id, key_hmac) where key_hmac is not null;
create index decision_subject on decision (tenant_id, subject_id);
create index decision_conversation on decision (tenant_id, conversation_id) where conversation_id is not null;
create index decision_order on decision (tenant_id, client_id, system_id, decided_at, decision_id);
create index decision_waiting on decision (tenant_id, client_id, recorded_at) where review = 'waiting';

-- What became of it: paid as agreed, came back within seven days, resolved. The last one about the same thing counts.
create table outcome (
  tenant_id text not null,
  client_id text not null,
  outcome_id text not null,
  decision_id text not null,
  subject_id text not null,
  observed text not null,
  -- true: the good end that the decision tried to foresee
  positive boolean,
  observed_at timestamptz not null,
  recorded_at timestamptz not null,
  record text not null,
  primary key (tenant_id, outcome_id),
  foreign key (tenant_id, decision_id) references decision,
  foreign key (tenant_id, subject_id) references data_subject
);
create index outcome_decision on outcome (tenant_id, decision_id, observed_at);
create index outcome_subject on outcome (tenant_id, subject_id);

-- A person looked again: who, how long, what it became. Reasons are ciphertext under the subject's key.
create table decision_review (
  tenant_id text not null,
  client_id text not null,
  review_id text not null,
  decision_id text not null,
  subject_id text not null,
  reviewer text not null,
  opened_at timestamptz not null,
  decided_at timestamptz not null,
  -- confirmed | changed
  verdict text not null check (verdict in ('confirmed', 'changed')),
  outcome text not null,
  favourable boolean,
  record text not null,
  sealed bytea,
  primary key (tenant_id, review_id),
  foreign key (tenant_id, decision_id) references decision,
  foreign key (tenant_id, subject_id) references data_subject
);
create index decision_review_decision on decision_review (tenant_id, decision_id);
create index decision_review_subject on decision_review (tenant_id, subject_id);

do $$
declare t text;
begin
  foreach t in array array['decision', 'outcome', 'decision_review'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy scope on %I using (waarborg_sees(tenant_id, client_id)) with check (waarborg_sees(tenant_id, client_id))', t);
  end loop;
end $$;
grant select, insert, update, delete on decision, decision_review, outcome to waarborg_app;
