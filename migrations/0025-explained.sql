-- With what decisions are explained, and the customer who asks a person to look again.

-- Model files and rows to compare with, by their contents. Never changed: other contents have another hash. They hold no rows of
-- customers unless the organisation puts them there, which docs/howto/explain.md says not to do.
create table explainer_file (
  tenant_id text not null,
  client_id text not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  bytes bytea not null check (octet_length(bytes) <= 16777216),
  added_at timestamptz not null,
  primary key (tenant_id, client_id, sha256),
  foreign key (tenant_id, client_id) references client
);

-- records/contract.ts `versionExplainer`; null: explanations come with the decisions, or not at all.
alter table system_version add column explainer jsonb;

-- computed: no score was sent, and this is what the registered model answers
alter table decision add column score_from text not null default 'sent' check (score_from in ('sent', 'computed'));
-- Explanations that a scorer could not give in time are tried again for a day.
create index decision_unexplained on decision (tenant_id, recorded_at)
  where explanation = 'refused' and explanation_reason in ('scorer_unreachable', 'scorer_budget');

-- A customer asks a person to look again (GDPR art. 22(3)). Their words and the answer are ciphertext under the subject's key.
create table contest (
  tenant_id text not null,
  client_id text not null,
  contest_id text not null,
  decision_id text not null,
  subject_id text not null,
  asked_at timestamptz not null,
  state text not null check (state in ('open', 'answered')),
  answered_at timestamptz,
  -- the second look that answered it
  review_id text,
  record text not null,
  -- the customer's words, when they gave any; null after erasure or its term
  sealed bytea,
  primary key (tenant_id, contest_id),
  check ((state = 'answered') = (answered_at is not null and review_id is not null)),
  foreign key (tenant_id, decision_id) references decision,
  foreign key (tenant_id, review_id) references decision_review,
  foreign key (tenant_id, subject_id) references data_subject
);
create unique index contest_open on contest (tenant_id, decision_id) where state = 'open';
create index contest_decision on contest (tenant_id, decision_id, asked_at);
create index contest_subject on contest (tenant_id, subject_id);

-- A link may also lead to one decision, where there was no conversation.
alter table portal_link alter column conversation_id drop not null;
alter table portal_link add column decision_id text;
alter table portal_link add foreign key (tenant_id, decision_id) references decision on delete cascade;
alter table portal_link add check (conversation_id is not null or decision_id is not null);

do $$
declare t text;
begin
  foreach t in array array['explainer_file', 'contest'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy scope on %I using (waarborg_sees(tenant_id, client_id)) with check (waarborg_sees(tenant_id, client_id))', t);
  end loop;
end $$;
grant select, insert on explainer_file to waarborg_app;
grant select, insert, update, delete on contest to waarborg_app;
