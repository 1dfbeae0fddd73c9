-- A contested decision to its end, and messages to systems of the organisation.

-- Whether the effect of a decision is held while it is looked at: asked | confirmed | not_possible; null: from before.
alter table contest add column effect text check (effect in ('asked', 'confirmed', 'not_possible'));
alter table contest add column frozen_at timestamptz;
-- The explanation stood on the page from which the customer asked.
alter table contest add column explained boolean not null default false;
-- Who is to look again read the customer's own view before anything else.
alter table contest add column read_by text;
alter table contest add column read_at timestamptz;
-- The organisation's system carried a changed outcome out.
alter table contest add column applied_at timestamptz;
alter table contest add column withdrawn_at timestamptz;
alter table contest drop constraint contest_state_check;
alter table contest add constraint contest_state_check check (state in ('open', 'answered', 'withdrawn'));
alter table contest drop constraint contest_check;
alter table contest add constraint contest_check check ((state = 'answered') = (answered_at is not null and review_id is not null));

-- To an address in the register, signed, only ids, codes and times; or a letter by mail, by its id. Written in the transaction of the change, sent afterwards, at least once.
create table outgoing (
  tenant_id text not null,
  client_id text not null,
  outgoing_id text not null,
  channel text not null default 'webhook' check (channel in ('webhook', 'mail')),
  -- of the organisation file; for mail: mail
  webhook_id text not null,
  event text not null,
  case_id text,
  body jsonb not null,
  queued_at timestamptz not null,
  attempts int not null default 0,
  next_at timestamptz,
  state text not null check (state in ('queued', 'sent', 'failed')),
  sent_at timestamptz,
  -- why the last try failed, as a code
  error text,
  primary key (tenant_id, outgoing_id)
);
create index outgoing_due on outgoing (channel, next_at) where state = 'queued';
create index outgoing_case on outgoing (tenant_id, case_id) where case_id is not null;
alter table outgoing enable row level security;
alter table outgoing force row level security;
create policy scope on outgoing using (waarborg_sees(tenant_id, client_id)) with check (waarborg_sees(tenant_id, client_id));
grant select, insert, update, delete on outgoing to waarborg_app;
