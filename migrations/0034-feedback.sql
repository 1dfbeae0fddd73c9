-- What customers say of the contact, and answers of an AI that were wrong: who reported one, who else got it, and what they were told.
-- Words are ciphertext under the key of the customer they are about; the correction, which goes to many, under one of the organisation.

create table feedback (
  tenant_id text not null,
  client_id text not null,
  feedback_id text not null,
  conversation_id text not null,
  subject_id text not null,
  -- portal | api
  via text not null check (via in ('portal', 'api')),
  given_at timestamptz not null,
  -- null: not answered, or taken back
  fair smallint check (fair between 1 and 5),
  clear smallint check (clear between 1 and 5),
  knew_ai text check (knew_ai in ('yes', 'no', 'not_sure')),
  -- classes and counts of what was hidden in the words, never contents
  redacted jsonb not null default '{}',
  -- {text}: redacted, under the subject's key; null: none, taken back, or past its term
  sealed bytea,
  withdrawn_at timestamptz,
  record text not null,
  primary key (tenant_id, feedback_id),
  check (withdrawn_at is null or (fair is null and clear is null and knew_ai is null and sealed is null)),
  foreign key (tenant_id, conversation_id) references conversation,
  foreign key (tenant_id, subject_id) references data_subject
);
-- Once per conversation; what was taken back does not count.
create unique index feedback_conversation on feedback (tenant_id, conversation_id) where withdrawn_at is null;
create index feedback_subject on feedback (tenant_id, subject_id);
create index feedback_words on feedback (tenant_id, given_at desc) where sealed is not null;
-- Whether a conversation was asked about is whether a link to it was made.
create index portal_link_conversation on portal_link (tenant_id, conversation_id) where conversation_id is not null;

create table wrong_answer (
  tenant_id text not null,
  client_id text not null,
  wrong_answer_id text not null,
  conversation_id text not null,
  subject_id text not null,
  turn_seq int not null,
  call_id text,
  system_id text not null,
  version_id text,
  -- the article that the answer cited and the hash of its text then; null: none on record
  source_id text,
  source_hash text,
  kind text not null check (kind in ('incorrect', 'outdated', 'incomplete', 'misleading', 'harmful')),
  -- staff | api
  via text not null check (via in ('staff', 'api')),
  -- random id of a person of the staff, or the id of the system
  reported_by text not null,
  reported_at timestamptz not null,
  state text not null check (state in ('reported', 'confirmed', 'rejected', 'corrected')),
  decided_by text,
  decided_at timestamptz,
  corrected_by text,
  corrected_at timestamptz,
  -- same: who got the whole answer; shared: also who got a part of it
  reach text check (reach in ('same', 'shared')),
  -- keyed hashes of the sentences of the answer, by which the same answer is found elsewhere; empty after erasure or their term
  sentences_hmac bytea[] not null,
  -- where is looked for the same answer, up to where was looked, and what came of it
  look_from timestamptz not null,
  look_until timestamptz not null,
  look_at timestamptz,
  look_conversation text,
  look_seq int,
  looked int not null default 0,
  -- null: not everywhere yet
  look_ended_at timestamptz,
  -- {note, rightAnswer} of who reported it, under the subject's key
  sealed bytea,
  -- {nl, en}: what was approved to be told, under a key of the organisation
  correction bytea,
  record text not null,
  primary key (tenant_id, wrong_answer_id),
  check ((state = 'reported') = (decided_at is null)),
  check ((state = 'corrected') = (corrected_at is not null and correction is not null and reach is not null)),
  -- who decides is not who reported
  check (decided_by is null or decided_by <> reported_by),
  foreign key (tenant_id, conversation_id) references conversation,
  foreign key (tenant_id, system_id) references ai_system,
  foreign key (tenant_id, subject_id) references data_subject
);
create unique index wrong_answer_turn on wrong_answer (tenant_id, conversation_id, turn_seq) where state <> 'rejected';
create index wrong_answer_subject on wrong_answer (tenant_id, subject_id);
create index wrong_answer_recent on wrong_answer (tenant_id, client_id, reported_at desc);
create index wrong_answer_looking on wrong_answer (tenant_id) where look_ended_at is null;

-- Customers who got the same answer, the one in which it was found among them.
create table wrong_answer_recipient (
  tenant_id text not null,
  client_id text not null,
  recipient_id text not null,
  wrong_answer_id text not null,
  conversation_id text not null,
  subject_id text not null,
  turn_seq int not null,
  call_id text,
  answered_at timestamptz not null,
  -- same: every sentence; shared: some
  match text not null check (match in ('same', 'shared')),
  shared int not null,
  told_at timestamptz,
  record text,
  -- {language, sentence}: what this customer reads, under their key; null: not told, or past its term
  sealed bytea,
  primary key (tenant_id, recipient_id),
  check ((told_at is null) = (record is null)),
  foreign key (tenant_id, wrong_answer_id) references wrong_answer on delete cascade,
  foreign key (tenant_id, conversation_id) references conversation,
  foreign key (tenant_id, subject_id) references data_subject
);
create unique index wrong_answer_recipient_turn on wrong_answer_recipient (tenant_id, wrong_answer_id, conversation_id, turn_seq);
create index wrong_answer_recipient_conversation on wrong_answer_recipient (tenant_id, conversation_id);
create index wrong_answer_recipient_subject on wrong_answer_recipient (tenant_id, subject_id);
create index wrong_answer_recipient_untold on wrong_answer_recipient (tenant_id, wrong_answer_id) where told_at is null;

do $$
declare t text;
begin
  foreach t in array array['feedback', 'wrong_answer', 'wrong_answer_recipient'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy scope on %I using (waarborg_sees(tenant_id, client_id)) with check (waarborg_sees(tenant_id, client_id))', t);
  end loop;
end $$;
grant select, insert, delete, update on feedback, wrong_answer, wrong_answer_recipient to waarborg_app;
