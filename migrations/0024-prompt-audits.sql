-- Paired-prompt audits: the same question twice, with one thing about who asks that differs. Its calls go through the gateway like
-- those of customers and are told apart everywhere, so that nobody counts them as people.

-- Made by the audit itself for the time that it runs; no route makes one.
alter table system_key add column audit boolean not null default false;
-- A call of an audit; its conversation has source `audit`.
alter table ai_call add column audit boolean not null default false;

-- The same plan again and again, to notice that a supplier changed a model without saying so.
create table prompt_canary (
  tenant_id text not null,
  client_id text not null,
  canary_id text not null,
  system_id text not null,
  -- the audit whose plan is repeated and whose answers are the reference
  audit_id text not null,
  interval_days int not null check (interval_days between 1 and 366),
  reasons text not null,
  started_by text not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  end_reasons text,
  readings int not null default 0,
  -- src/fairness/prompts/canary.ts
  state text not null,
  read_at timestamptz,
  alarmed_at timestamptz,
  record text not null,
  primary key (tenant_id, canary_id),
  foreign key (tenant_id, client_id) references client
);
alter table prompt_canary enable row level security;
alter table prompt_canary force row level security;
create policy scope on prompt_canary using (waarborg_sees(tenant_id, client_id)) with check (waarborg_sees(tenant_id, client_id));
create unique index prompt_canary_running on prompt_canary (tenant_id, system_id) where ended_at is null;
grant select, insert, update on prompt_canary to waarborg_app;

create table prompt_audit (
  tenant_id text not null,
  client_id text not null,
  audit_id text not null,
  system_id text not null,
  version_id text not null,
  canary_id text,
  -- the canonical bytes (RFC 8785) that were hashed before the first call
  plan text not null,
  plan_sha256 text not null,
  state text not null check (state in ('running', 'completed', 'failed', 'cancelled')),
  -- calls answered so far, and in all
  done int not null default 0,
  of int not null,
  asked_by text not null,
  planned_at timestamptz not null,
  -- who works on it says so every few seconds
  beat_at timestamptz not null,
  ended_at timestamptz,
  problem text,
  -- src/fairness/prompts/contract.ts `promptResult`: numbers, no texts
  result text,
  result_sha256 text,
  -- what a person thought of the differences that were found; null: nobody did yet
  judgement text check (judgement in ('real', 'explained', 'cannot_tell')),
  judgement_reasons text,
  judged_by text,
  judged_at timestamptz,
  record text not null,
  primary key (tenant_id, audit_id),
  check (state <> 'completed' or (result is not null and result_sha256 is not null)),
  foreign key (tenant_id, client_id) references client,
  foreign key (tenant_id, system_id, version_id) references system_version,
  foreign key (tenant_id, canary_id) references prompt_canary
);
create index prompt_audit_client on prompt_audit (tenant_id, client_id, planned_at desc);
-- one at a time of a system
create unique index prompt_audit_running on prompt_audit (tenant_id, system_id) where state = 'running';
alter table prompt_audit enable row level security;
alter table prompt_audit force row level security;
create policy scope on prompt_audit using (waarborg_sees(tenant_id, client_id)) with check (waarborg_sees(tenant_id, client_id));
grant select, insert, update on prompt_audit to waarborg_app;

-- One answer in numbers; what was said stands in its conversation, as long as that is kept.
create table prompt_answer (
  tenant_id text not null,
  client_id text not null,
  audit_id text not null,
  n int not null,
  -- the conversation of the test; nobody is in it, and it may be gone at the end of its term
  asked_in text,
  state text not null check (state in ('answered', 'refused', 'failed')),
  name_hidden boolean not null,
  -- src/fairness/prompts/contract.ts `Outcomes`
  outcomes jsonb not null,
  primary key (tenant_id, audit_id, n),
  foreign key (tenant_id, audit_id) references prompt_audit
);
alter table prompt_answer enable row level security;
alter table prompt_answer force row level security;
create policy scope on prompt_answer using (waarborg_sees(tenant_id, client_id)) with check (waarborg_sees(tenant_id, client_id));
grant select, insert on prompt_answer to waarborg_app;
