-- What the register asks to be known of a version before it is released, what came of it, and the first of these: who is in a data set.

-- `required` or `shown` by condition (src/records/gate-condition-contract.ts)
alter table ai_system add column gate_policies jsonb not null default '{"dataSheet": "shown", "pairedPrompts": "shown"}';

-- How things stand with one condition of one version; no row: missing. Written with the record that shows it.
create table gate_condition (
  tenant_id text not null,
  client_id text not null,
  system_id text not null,
  version_id text not null,
  condition_id text not null check (condition_id in ('dataSheet', 'pairedPrompts')),
  state text not null check (state in ('met', 'failed')),
  as_of timestamptz not null,
  record text not null,
  -- what the sentence names: dates, counts, a hash; never a person
  sentence_values jsonb not null,
  primary key (tenant_id, system_id, version_id, condition_id),
  foreign key (tenant_id, system_id, version_id) references system_version
);

-- Who is in a data set and who is not: counts of values and combinations, no rows and nobody's name. `asked_by` is a random id of staff.
create table data_sheet (
  tenant_id text not null,
  client_id text not null,
  sheet_id text not null,
  name text not null,
  -- file: brought once, read and deleted; decisions: those that Waarborg recorded
  source text not null check (source in ('file', 'decisions')),
  -- whose data these are: those of a version of a system, or of none that is registered
  system_id text,
  version_id text,
  -- the canonical bytes (RFC 8785) that were hashed before a row was read
  plan text not null,
  plan_sha256 text not null,
  -- looked at again after so many days; null: once
  interval_days int check (interval_days between 1 and 1096),
  state text not null check (state in ('reading', 'completed', 'failed')),
  asked_by text not null,
  planned_at timestamptz not null,
  ended_at timestamptz,
  -- what is wrong with the data, with its places
  problems jsonb,
  input_sha256 text,
  -- without values and combinations of fewer than ten
  report text,
  report_sha256 text,
  record text not null,
  primary key (tenant_id, sheet_id),
  check ((system_id is null) = (version_id is null)),
  check (source = 'file' or system_id is not null),
  check (state <> 'completed' or (report is not null and report_sha256 is not null)),
  foreign key (tenant_id, client_id) references client,
  foreign key (tenant_id, system_id, version_id) references system_version
);
create index data_sheet_client on data_sheet (tenant_id, client_id, planned_at desc);

do $$
declare t text;
begin
  foreach t in array array['gate_condition', 'data_sheet'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy scope on %I using (waarborg_sees(tenant_id, client_id)) with check (waarborg_sees(tenant_id, client_id))', t);
  end loop;
end $$;
grant select, insert, update (state, as_of, record, sentence_values) on gate_condition to waarborg_app;
grant select, insert, update (state, ended_at, problems, input_sha256, report, report_sha256, record) on data_sheet to waarborg_app;
