-- Audits of outcomes by group: a plan that is fixed before data are read, what each reading came to, and what was found. Plans,
-- counts and reports hold no rows and nobody's name; `asked_by`, `judged_by` and the like are random ids of staff.

-- Never changed: another question is another audit, which says what it follows.
create table audit_plan (
  tenant_id text not null,
  client_id text not null,
  audit_id text not null,
  name text not null,
  -- file: brought each time; decisions: those that Waarborg recorded
  source text not null check (source in ('file', 'decisions')),
  system_id text,
  -- the canonical bytes (RFC 8785) that were hashed
  plan text not null,
  plan_sha256 text not null,
  -- measured again after so many days; null: once
  interval_days int check (interval_days between 1 and 1096),
  -- only decisions of the last so many days; null: all
  window_days int check (window_days between 1 and 3660),
  follows text,
  -- the audit that it follows had a result by then, and another plan
  changed_after_result boolean not null default false,
  asked_by text not null,
  planned_at timestamptz not null,
  record text not null,
  primary key (tenant_id, audit_id),
  check (source = 'file' or system_id is not null),
  foreign key (tenant_id, client_id) references client,
  foreign key (tenant_id, follows) references audit_plan
);
create index audit_plan_client on audit_plan (tenant_id, client_id, planned_at desc);

create table audit_run (
  tenant_id text not null,
  client_id text not null,
  run_id text not null,
  audit_id text not null,
  state text not null check (state in ('running', 'completed', 'failed', 'cancelled')),
  started_by text not null,
  started_at timestamptz not null,
  -- the process that works on it says so every few seconds
  beat_at timestamptz not null,
  read_bytes bigint not null default 0,
  total_bytes bigint not null default 0,
  ended_at timestamptz,
  -- what is wrong with the data, with its places
  problems jsonb,
  input_sha256 text,
  cells_sha256 text,
  cells text,
  report text,
  record text,
  primary key (tenant_id, run_id),
  check (state <> 'completed' or (cells is not null and report is not null and cells_sha256 is not null and record is not null)),
  foreign key (tenant_id, audit_id) references audit_plan
);
create index audit_run_audit on audit_run (tenant_id, audit_id, started_at desc);
create index audit_run_running on audit_run (beat_at) where state = 'running';
-- One reading of an audit at a time.
create unique index audit_run_one on audit_run (tenant_id, audit_id) where state = 'running';

-- A difference that was found, and what people made of it.
create table finding (
  tenant_id text not null,
  client_id text not null,
  finding_id text not null,
  audit_id text not null,
  -- in which it was found first, and last
  run_id text not null,
  last_run_id text not null,
  metric text not null,
  groups jsonb not null,
  reference jsonb,
  state text not null check (state in ('open', 'judged', 'changed', 'closed')),
  -- real | explained | cannot_tell
  judgement text check (judgement in ('real', 'explained', 'cannot_tell')),
  reasons text,
  judged_by text,
  judged_at timestamptz,
  -- what was done about it
  change text,
  changed_by text,
  changed_at timestamptz,
  -- gone: measured again after the change; explained; unclear
  closed_as text check (closed_as in ('gone', 'explained', 'unclear')),
  closed_reasons text,
  closed_by text,
  closed_at timestamptz,
  -- the reading that showed it gone
  closed_run_id text,
  primary key (tenant_id, finding_id),
  foreign key (tenant_id, audit_id) references audit_plan,
  foreign key (tenant_id, run_id) references audit_run,
  foreign key (tenant_id, last_run_id) references audit_run
);
create index finding_audit on finding (tenant_id, audit_id);

do $$
declare t text;
begin
  foreach t in array array['audit_plan', 'audit_run', 'finding'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy scope on %I using (waarborg_sees(tenant_id, client_id)) with check (waarborg_sees(tenant_id, client_id))', t);
  end loop;
end $$;
grant select, insert on audit_plan to waarborg_app;
grant select, insert, update on audit_run, finding to waarborg_app;

-- Decisions of one system as an audit counts them. Whose they are is not a column. The system and the first moment are set for the
-- transaction; row-level security is that of who asks.
create view audited_decision with (security_invoker = true) as
select d.kind, d.class, d.channel, d.language, d.version_id as version, d.outcome, d.score, d.threshold, d.review,
       d.subject_role as who,
       case when d.favourable then 1 when not d.favourable then 0 end as favourable,
       to_char(d.decided_at at time zone 'Europe/Amsterdam', 'YYYY-MM') as month,
       (select case when o.positive then 1 when not o.positive then 0 end
          from outcome o
         where o.tenant_id = d.tenant_id and o.decision_id = d.decision_id
         order by o.observed_at desc, o.recorded_at desc, o.outcome_id desc limit 1) as observed
  from decision d
 where d.client_id = current_setting('waarborg.audit_client', true)
   and d.system_id = current_setting('waarborg.audit_system', true)
   and d.decided_at >= coalesce(nullif(current_setting('waarborg.audit_from', true), '')::timestamptz, '-infinity');
grant select on audited_decision to waarborg_app;
