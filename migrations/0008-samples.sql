-- Conversations in which a person marked what is personal: the recogniser is measured on them. The contents are sealed
-- under the key of the conversation's data subject, or of an anonymous one that was made for the sample.
create table redaction_sample (
  tenant_id text not null,
  client_id text not null,
  sample_id text not null,
  subject_id text not null,
  -- where it was taken from; null: typed in or imported
  conversation_id text,
  language text not null check (language in ('nl', 'en')),
  channel text not null check (channel in ('chat', 'speech', 'email')),
  -- a code that a person chose for a group of name origins
  origin text,
  -- empty once it is removed
  sealed bytea not null,
  created_by text not null,
  created_at timestamptz not null,
  removed_at timestamptz,
  primary key (tenant_id, sample_id),
  foreign key (tenant_id, subject_id) references data_subject,
  check (removed_at is null or sealed = '')
);
create index redaction_sample_client on redaction_sample (tenant_id, client_id, created_at) where removed_at is null;
create index redaction_sample_subject on redaction_sample (tenant_id, subject_id);

-- What a measurement found: counts only.
create table coverage_measurement (
  tenant_id text not null,
  client_id text not null,
  measurement_id text not null,
  measured_at timestamptz not null,
  figures jsonb not null,
  primary key (tenant_id, client_id, measurement_id)
);
create index coverage_measurement_last on coverage_measurement (tenant_id, client_id, measured_at desc);

do $$
declare t text;
begin
  foreach t in array array['redaction_sample', 'coverage_measurement'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy scope on %I using (waarborg_sees(tenant_id, client_id)) with check (waarborg_sees(tenant_id, client_id))', t);
  end loop;
end $$;
-- Delete: at erasure of the data subject.
grant select, insert, delete on redaction_sample to waarborg_app;
grant update (sealed, removed_at) on redaction_sample to waarborg_app;
grant select, insert on coverage_measurement to waarborg_app;
