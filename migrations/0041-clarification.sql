-- Access to the portal by a one-time code: addresses that the organisation registered for a customer, codes that are open, codes on
-- their way; and links that lead to everything of one person.

-- Where a customer can be reached, as the organisation knows it. An address leads to one customer of a client.
create table subject_address (
  tenant_id text not null,
  client_id text not null,
  address_id text not null,
  subject_id text not null,
  kind text not null check (kind in ('email', 'sms')),
  -- keyed hash of the address, for finding it again
  address_hmac bytea not null,
  registered_at timestamptz not null,
  record text not null,
  -- the address itself, under the key of the person
  sealed bytea not null,
  primary key (tenant_id, address_id),
  foreign key (tenant_id, client_id) references client,
  foreign key (tenant_id, subject_id) references data_subject
);
create unique index subject_address_one on subject_address (tenant_id, client_id, address_hmac);
create index subject_address_hmac on subject_address (tenant_id, address_hmac);
create index subject_address_subject on subject_address (tenant_id, subject_id);

-- The code that is open for an address, whether or not anybody has that address: so that nothing tells which of the two it is.
-- It is asked for before anyone knows which client it is about.
create table portal_code (
  tenant_id text not null,
  client_id text check (client_id is null),
  address_hmac bytea not null,
  code_hmac bytea not null,
  requested_at timestamptz not null,
  expires_at timestamptz not null,
  tries int not null default 0 check (tries >= 0),
  used_at timestamptz,
  primary key (tenant_id, address_hmac)
);
create index portal_code_old on portal_code (tenant_id, expires_at);

-- A code on its way; without a client it is for nobody, and never leaves. The address is read from subject_address when it goes.
create table code_delivery (
  tenant_id text not null,
  client_id text,
  delivery_id text not null,
  subject_id text,
  address_id text,
  language text not null,
  queued_at timestamptz not null,
  expires_at timestamptz not null,
  attempts int not null default 0,
  next_at timestamptz not null,
  -- the code, under a key outside the database
  sealed bytea not null,
  primary key (tenant_id, delivery_id),
  foreign key (tenant_id, subject_id) references data_subject,
  foreign key (tenant_id, address_id) references subject_address on delete cascade,
  check ((client_id is null) = (subject_id is null) and (client_id is null) = (address_id is null))
);
create index code_delivery_due on code_delivery (next_at);
create index code_delivery_subject on code_delivery (tenant_id, subject_id) where subject_id is not null;

-- A link that leads to everything of one person; what is looked at is chosen in the address.
alter table portal_link add column whole boolean not null default false;
alter table portal_link drop constraint portal_link_check;
alter table portal_link add constraint portal_link_leads check (
  case when whole then conversation_id is null and decision_id is null else conversation_id is not null or decision_id is not null end
);

do $$
declare t text;
begin
  foreach t in array array['subject_address', 'portal_code', 'code_delivery'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy scope on %I using (waarborg_sees(tenant_id, client_id)) with check (waarborg_sees(tenant_id, client_id))', t);
  end loop;
end $$;
grant select, insert, delete on subject_address to waarborg_app;
grant select, insert, update, delete on portal_code, code_delivery to waarborg_app;
