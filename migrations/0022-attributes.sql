-- Attributes of people by which outcomes are compared, and nothing else: what customers said of themselves, and facts of the service.
-- A value opens only with two keys, that of its subject and that of its attribute; whichever is destroyed first ends it.

create table attribute (
  tenant_id text not null,
  client_id text not null,
  attribute_id text not null,
  -- name, source, special, choices, question, necessity, legal ground, days kept (records/attributes/contract.ts `attributeStatement`)
  statement jsonb not null,
  signed_by text not null,
  signed_at timestamptz not null,
  -- after it nobody reads or gives it any more; null: open
  ends_at timestamptz,
  ended_at timestamptz,
  ended_by text,
  end_reasons text,
  updated_at timestamptz not null,
  record text not null,
  primary key (tenant_id, client_id, attribute_id),
  foreign key (tenant_id, client_id) references client
);

-- Every statement as it was signed: what was necessary then can be read later.
create table attribute_statement (
  tenant_id text not null,
  client_id text not null,
  record text not null,
  attribute_id text not null,
  statement jsonb not null,
  signed_by text not null,
  signed_at timestamptz not null,
  declared_at timestamptz not null,
  primary key (tenant_id, record)
);
create index attribute_statement_of on attribute_statement (tenant_id, client_id, attribute_id, declared_at);

-- The attribute's own key, wrapped by the epoch in use as subject keys are; the row goes when the attribute ends.
create table attribute_key (
  tenant_id text not null,
  client_id text not null,
  attribute_id text not null,
  wrapped bytea not null,
  epoch int not null,
  created_at timestamptz not null,
  primary key (tenant_id, client_id, attribute_id),
  foreign key (tenant_id, client_id, attribute_id) references attribute
);
create index attribute_key_epoch on attribute_key (epoch);

create table attribute_value (
  tenant_id text not null,
  client_id text not null,
  attribute_id text not null,
  subject_id text not null,
  sealed bytea not null,
  -- customer | organisation
  given_by text not null check (given_by in ('customer', 'organisation')),
  -- where the customer said so, as a word of the organisation
  evidence text,
  given_at timestamptz not null,
  record text not null,
  primary key (tenant_id, client_id, attribute_id, subject_id),
  foreign key (tenant_id, client_id, attribute_id) references attribute,
  foreign key (tenant_id, subject_id) references data_subject
);
create index attribute_value_subject on attribute_value (tenant_id, subject_id);
create index attribute_value_age on attribute_value (tenant_id, client_id, attribute_id, given_at);

-- Who had values joined with outcomes, for what, and how many. No value and no person is in it.
create table attribute_read (
  tenant_id text not null,
  client_id text not null,
  read_id text not null,
  attribute_id text not null,
  -- audit | monitor
  purpose text not null check (purpose in ('audit', 'monitor')),
  purpose_id text not null,
  rows_read bigint not null,
  values_read bigint not null,
  read_by text not null,
  read_at timestamptz not null,
  record text not null,
  primary key (tenant_id, read_id)
);
create index attribute_read_of on attribute_read (tenant_id, client_id, attribute_id, read_at desc);

do $$
declare t text;
begin
  foreach t in array array['attribute', 'attribute_statement', 'attribute_key', 'attribute_value', 'attribute_read'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy scope on %I using (waarborg_sees(tenant_id, client_id)) with check (waarborg_sees(tenant_id, client_id))', t);
  end loop;
end $$;
grant select, insert, update on attribute to waarborg_app;
grant select, insert on attribute_statement, attribute_read to waarborg_app;
grant select, insert, update, delete on attribute_key, attribute_value to waarborg_app;
