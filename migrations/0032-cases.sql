-- What a complaint, a contested decision, a question for clarification and a request about one's own data share: a number, who handles
-- it, its terms, what was written, letters, files and notes. What people wrote is ciphertext under the subject's key; here are codes,
-- times, counts and random ids.

create table case_record (
  tenant_id text not null,
  client_id text not null,
  case_id text not null,
  kind text not null check (kind in ('complaint', 'contest', 'clarification', 'request')),
  -- what people say on the phone
  reference text not null,
  subject_id text not null,
  conversation_id text,
  decision_id text,
  system_id text,
  version_id text,
  -- portal | staff | email | api
  via text not null,
  language text not null,
  -- what its own kind calls it, and what is to be done next: codes
  state text not null,
  next_act text,
  owner text,
  opened_at timestamptz not null,
  closed_at timestamptz,
  -- of the open term that ends first, for the order of the list; counted anew from case_clock whenever something happens
  rule text,
  clock_state text,
  strict_at timestamptz,
  latest_at timestamptz,
  -- the order of the list: the strict end, or far away without an open term
  due_at timestamptz not null,
  -- when something about its terms changes by time alone: a reminder, an end, a day that it stood still
  look_at timestamptz,
  -- the highest reminder that was given, and when somebody above was told
  reminded double precision not null default 0,
  escalated_at timestamptz,
  -- grows with each change, so that two people do not write over each other
  revision int not null default 1,
  record text not null,
  -- what its kind keeps beside the thread (a proposal, reasons, points), as one text
  sealed bytea,
  primary key (tenant_id, case_id),
  foreign key (tenant_id, client_id) references client,
  foreign key (tenant_id, subject_id) references data_subject,
  check ((rule is null) = (strict_at is null) and (rule is null) = (latest_at is null) and (rule is null) = (clock_state is null))
);
create unique index case_reference on case_record (tenant_id, reference);
create index case_due on case_record (tenant_id, due_at, case_id) where closed_at is null;
create index case_kind on case_record (tenant_id, kind, due_at, case_id) where closed_at is null;
create index case_owner on case_record (tenant_id, owner, due_at, case_id) where closed_at is null;
create index case_past on case_record (tenant_id, closed_at desc, case_id) where closed_at is not null;
create index case_look on case_record (tenant_id, look_at) where look_at is not null;
create index case_subject on case_record (tenant_id, subject_id);
create index case_decision on case_record (tenant_id, decision_id) where decision_id is not null;
create index case_conversation on case_record (tenant_id, conversation_id) where conversation_id is not null;

-- One term of a case: from what it runs, and every act that moved it. Its end is counted from these, never written by hand.
create table case_clock (
  tenant_id text not null,
  client_id text not null,
  case_id text not null,
  -- what it is for: acknowledge | decide | appeal | answer
  clock text not null,
  rule text not null,
  started_at timestamptz not null,
  -- the day of its start where the organisation is, of a term in days
  started_on date not null,
  -- [{by, on, until?}], [{ground, from, to}]
  extensions jsonb not null default '[]',
  pauses jsonb not null default '[]',
  met_at timestamptz,
  -- the case ended before the term did, by withdrawal or handing over
  dropped_at timestamptz,
  strict_at timestamptz not null,
  latest_at timestamptz not null,
  state text not null check (state in ('running', 'paused', 'extended', 'met', 'missed', 'dropped')),
  primary key (tenant_id, case_id, clock),
  foreign key (tenant_id, case_id) references case_record on delete cascade
);

-- The thread between the customer and staff.
create table case_message (
  tenant_id text not null,
  client_id text not null,
  case_id text not null,
  message_id text not null,
  subject_id text not null,
  at timestamptz not null,
  author text not null check (author in ('customer', 'staff')),
  person_id text,
  via text not null,
  -- keyed hash of the Message-ID of a mail: the same mail again changes nothing
  mail_hmac bytea,
  record text not null,
  sealed bytea,
  primary key (tenant_id, message_id),
  foreign key (tenant_id, case_id) references case_record on delete cascade,
  foreign key (tenant_id, subject_id) references data_subject
);
create index case_message_case on case_message (tenant_id, case_id, at);
create index case_message_subject on case_message (tenant_id, subject_id);
create unique index case_message_mail on case_message (tenant_id, client_id, mail_hmac) where mail_hmac is not null;

create table case_attachment (
  tenant_id text not null,
  client_id text not null,
  case_id text not null,
  attachment_id text not null,
  subject_id text not null,
  at timestamptz not null,
  author text not null check (author in ('customer', 'staff')),
  media_type text not null,
  bytes int not null check (bytes > 0 and bytes <= 5242880),
  record text not null,
  -- what it is called, and what is in it
  sealed_name bytea,
  sealed bytea,
  primary key (tenant_id, attachment_id),
  foreign key (tenant_id, case_id) references case_record on delete cascade,
  foreign key (tenant_id, subject_id) references data_subject
);
create index case_attachment_case on case_attachment (tenant_id, case_id, at);
create index case_attachment_subject on case_attachment (tenant_id, subject_id);

create table case_letter (
  tenant_id text not null,
  client_id text not null,
  case_id text not null,
  letter_id text not null,
  subject_id text not null,
  -- which letter it is: received | extended | hearing | verdict | appeal | contest | …
  template text not null,
  language text not null,
  at timestamptz not null,
  person_id text,
  -- portal | email | post
  via text not null,
  record text not null,
  sealed bytea,
  primary key (tenant_id, letter_id),
  foreign key (tenant_id, case_id) references case_record on delete cascade,
  foreign key (tenant_id, subject_id) references data_subject
);
create index case_letter_case on case_letter (tenant_id, case_id, at);
create index case_letter_subject on case_letter (tenant_id, subject_id);

-- What staff write for each other; the person it is about may ask for it.
create table case_note (
  tenant_id text not null,
  client_id text not null,
  case_id text not null,
  note_id text not null,
  subject_id text not null,
  at timestamptz not null,
  person_id text not null,
  record text not null,
  sealed bytea,
  primary key (tenant_id, note_id),
  foreign key (tenant_id, case_id) references case_record on delete cascade,
  foreign key (tenant_id, subject_id) references data_subject
);
create index case_note_case on case_note (tenant_id, case_id, at);
create index case_note_subject on case_note (tenant_id, subject_id);

do $$
declare t text;
begin
  foreach t in array array['case_record', 'case_clock', 'case_message', 'case_attachment', 'case_letter', 'case_note'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy scope on %I using (waarborg_sees(tenant_id, client_id)) with check (waarborg_sees(tenant_id, client_id))', t);
  end loop;
end $$;
grant select, insert, update, delete on case_record, case_clock, case_message, case_attachment, case_letter, case_note to waarborg_app;
