-- Notices as shown, guardians and mandates, processor terms, telemarketing, hold.

-- Further parties that process for the organisation beside the upstreams (which hold their own terms in `provider`).
create table processor (
  tenant_id text not null references tenant,
  processor_id text not null,
  -- null: works for every client
  client_id text,
  name text not null,
  task jsonb not null,
  -- shape ProcessorTerms in records/contract.ts
  terms jsonb not null,
  updated_at timestamptz not null,
  primary key (tenant_id, processor_id),
  foreign key (tenant_id, client_id) references client
);

-- The words of a question, one row per version; never changed, so that a consent can name what was shown.
create table notice (
  tenant_id text not null,
  client_id text not null,
  notice_id text not null,
  version text not null,
  seq bigint generated always as identity,
  purpose_id text not null,
  -- an earlier grant does not cover what this version says
  material boolean not null,
  -- [{language, channel, text, sha256}]
  texts jsonb not null,
  registered_at timestamptz not null,
  primary key (tenant_id, client_id, notice_id, version),
  foreign key (tenant_id, client_id) references client
);
create index notice_purpose on notice (tenant_id, client_id, purpose_id, seq);

-- Who may speak for a data subject: a guardian of a child, or somebody with a mandate.
create table representative (
  tenant_id text not null,
  client_id text not null,
  representative_id text not null,
  subject_id text not null,
  kind text not null check (kind in ('guardian', 'mandate')),
  relation text not null check (relation in ('parent', 'legal_guardian', 'curator', 'administrator', 'mentor', 'authorised', 'heir')),
  -- null: every purpose
  purposes text[],
  -- under the subject's key: where the evidence is
  sealed bytea,
  recorded_by text not null,
  recorded_at timestamptz not null,
  valid_until timestamptz,
  ended_at timestamptz,
  primary key (tenant_id, representative_id),
  foreign key (tenant_id, subject_id) references data_subject
);
create index representative_subject on representative (tenant_id, subject_id);

-- "Do not call me": of a telephone number, as keyed hash, whoever answers it. Final, so rows are only added, and they
-- stay when the customer is erased: they name nobody, and calling again after that would break the promise.
create table call_objection (
  tenant_id text not null,
  client_id text not null,
  number_hmac bytea not null,
  event_id text not null,
  objected_at timestamptz not null,
  primary key (tenant_id, client_id, number_hmac),
  foreign key (tenant_id, client_id) references client
);

-- A telemarketing consent is of one subject for one number (keyed hash).
alter table consent_event add column number_hmac bytea;

alter table purpose add column kind text not null default 'general' check (kind in ('general', 'telemarketing'));
-- whose data: customer | staff
alter table purpose add column about text not null default 'customer' check (about in ('customer', 'staff'));
-- staff: {level, worksCouncil: {reference, decidedOn}}
alter table purpose add column staff jsonb;
-- what the record of processing (GDPR 30) further says: {dataSubjects, recipients, security}
alter table purpose add column processing jsonb;

-- On hold since this moment: nothing is recorded and no AI is called.
alter table conversation add column held_at timestamptz;

do $$
declare t text;
begin
  foreach t in array array['processor', 'notice', 'representative', 'call_objection'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy scope on %I using (waarborg_sees(tenant_id, client_id)) with check (waarborg_sees(tenant_id, client_id))', t);
  end loop;
end $$;
grant select, insert, update on processor to waarborg_app;
grant select, insert on notice to waarborg_app;
grant select, insert, update, delete on representative to waarborg_app;
grant select, insert on call_objection to waarborg_app;
