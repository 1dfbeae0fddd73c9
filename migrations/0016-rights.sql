-- Forms that wait for a sign-in, requests that staff write down for a customer, looks without a conversation, letters about a breach.

-- What somebody filled in before they had to prove again who they are. Found by the hash of what only their browser holds, and
-- sealed under a key that follows from it: nothing on this side opens it.
create table kept_form (
  form_hash bytea primary key,
  tenant_id text not null,
  person_id text not null,
  sealed bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index kept_form_old on kept_form (expires_at);
alter table kept_form enable row level security;
alter table kept_form force row level security;
create policy authentication on kept_form using (current_setting('waarborg.tenant', true) = '*') with check (current_setting('waarborg.tenant', true) = '*');
grant select, insert, delete on kept_form to waarborg_app;

alter table data_request
  -- the record of the guardian or mandate by which a representative asks
  add column representative_id text,
  -- by staff: phone | letter | email | desk
  add column channel text,
  -- when it was written down, where that is later than when it came in
  add column recorded_at timestamptz;

-- null: a customer was looked up by their reference
alter table content_view alter column conversation_id drop not null;

-- When this person was told of the breach.
alter table breach_subject add column told_at timestamptz;
grant update (told_at) on breach_subject to waarborg_app;
