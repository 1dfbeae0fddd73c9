-- The nouns all capabilities share. Tenant first in every key; contents are ciphertext under the subject's key.
create function waarborg_sees(tenant text, client text) returns boolean
  language sql stable parallel safe
  return (current_setting('waarborg.tenant', true) = tenant or current_setting('waarborg.tenant', true) = '*')
     and (client is null or current_setting('waarborg.clients', true) = '*'
          or client = any (string_to_array(current_setting('waarborg.clients', true), ',')));

create table tenant (
  tenant_id text primary key,
  name text not null,
  created_at timestamptz not null
);

create table client (
  tenant_id text not null references tenant,
  client_id text not null,
  name text not null,
  -- contact, hand-off channel with hours, brands never hidden, theme: shape ClientProfile in records/contract.ts
  profile jsonb not null,
  updated_at timestamptz not null,
  primary key (tenant_id, client_id)
);

create table upstream (
  tenant_id text not null references tenant,
  upstream_id text not null,
  -- builtin assistant | record, or base_url; never both
  builtin text check (builtin in ('assistant', 'record')),
  base_url text,
  -- name of the setting or file that holds the key, never the key
  key_ref text,
  provider jsonb not null,
  options jsonb not null default '{}',
  updated_at timestamptz not null,
  primary key (tenant_id, upstream_id),
  check ((builtin is null) <> (base_url is null))
);

create table ai_system (
  tenant_id text not null,
  client_id text not null,
  system_id text not null,
  name jsonb not null,
  description jsonb not null,
  kind text not null check (kind in ('chatbot', 'voicebot', 'email', 'agent_assist', 'scorer', 'other')),
  decision_class text not null check (decision_class in ('inform', 'assist', 'decide', 'solely_automated')),
  owner_id text,
  channel text not null,
  language text not null,
  purposes text[] not null,
  upstream_id text not null,
  disclosure text not null check (disclosure in ('inject', 'require', 'none_needed')),
  mode text not null check (mode in ('enforce', 'observe')),
  observe_until timestamptz,
  observe_signed_by text[] not null default '{}',
  tools_with_originals text[],
  allowed_content text[] not null default '{text}',
  limits jsonb not null default '{}',
  -- a practice of AI Act art. 5: {practice, lawRef}; such a system never gets a call through
  prohibited jsonb,
  updated_at timestamptz not null,
  primary key (tenant_id, system_id),
  foreign key (tenant_id, client_id) references client,
  foreign key (tenant_id, upstream_id) references upstream,
  check (mode = 'enforce' or (observe_until is not null and cardinality(observe_signed_by) >= 2))
);

create table system_version (
  tenant_id text not null,
  system_id text not null,
  version_id text not null,
  model text not null,
  prompt text not null,
  knowledge text not null,
  settings jsonb not null,
  -- sha256 of the canonical form of model, prompt, knowledge and settings
  version_hash text not null,
  is_current boolean not null,
  created_at timestamptz not null,
  primary key (tenant_id, system_id, version_id),
  foreign key (tenant_id, system_id) references ai_system
);
create unique index system_version_current on system_version (tenant_id, system_id) where is_current;

-- What the gateway reads of a version: each line names the record that caused it (records/standing.ts).
create table standing (
  tenant_id text not null,
  client_id text not null,
  system_id text not null,
  version_id text not null,
  gate text not null check (gate in ('passed', 'missing', 'rejected', 'expired')),
  gate_record text,
  gate_valid_until timestamptz,
  oversight text not null check (oversight in ('present', 'missing')),
  oversight_record text,
  oversight_valid_until timestamptz,
  stopped_at timestamptz,
  stop_record text,
  stop_reason text,
  updated_at timestamptz not null,
  primary key (tenant_id, system_id, version_id),
  foreign key (tenant_id, system_id, version_id) references system_version
);

create table data_subject (
  tenant_id text not null,
  client_id text not null,
  subject_id text not null,
  kind text not null check (kind in ('known', 'anonymous')),
  -- adult | minor | deceased | represented | unknown
  circumstance text not null default 'unknown',
  language text,
  created_at timestamptz not null,
  erased_at timestamptz,
  primary key (tenant_id, subject_id),
  foreign key (tenant_id, client_id) references client
);

-- The only way from the organisation's customer reference to the random subject id; deleted at erasure.
create table subject_reference (
  tenant_id text not null,
  client_id text not null,
  reference_hmac bytea not null,
  subject_id text not null,
  primary key (tenant_id, client_id, reference_hmac),
  foreign key (tenant_id, subject_id) references data_subject
);

create table subject_key (
  tenant_id text not null,
  client_id text not null,
  subject_id text not null,
  -- wrapped by the epoch key, which is outside the database
  wrapped bytea not null,
  epoch int not null,
  created_at timestamptz not null,
  primary key (tenant_id, subject_id),
  foreign key (tenant_id, subject_id) references data_subject
);

create table conversation (
  tenant_id text not null,
  client_id text not null,
  conversation_id text not null,
  subject_id text not null,
  system_id text,
  purpose_id text not null,
  channel text not null,
  language text not null,
  -- gateway | import | platform
  source text not null,
  source_format text,
  -- given by the caller; keyed hash, so that the caller's own id is not readable
  external_hmac bytea,
  started_at timestamptz not null,
  ended_at timestamptz,
  turn_count int not null default 0,
  -- how many messages of the caller's list stand on record, and a keyed hash of them, to find the conversation again
  messages_seen int not null default 0,
  messages_hmac bytea,
  disclosed_at timestamptz,
  disclosure_record text,
  -- normal | held (no ground: kept apart, unread) | conflict | sealed
  state text not null default 'normal',
  outcome jsonb,
  import jsonb,
  updated_at timestamptz not null,
  primary key (tenant_id, conversation_id),
  foreign key (tenant_id, subject_id) references data_subject
);
create unique index conversation_external on conversation (tenant_id, client_id, external_hmac) where external_hmac is not null;
create index conversation_recent on conversation (tenant_id, client_id, updated_at desc);
-- lists go by when a conversation began, over all clients of the organisation or one
create index conversation_started on conversation (tenant_id, started_at desc, conversation_id desc);
create index conversation_subject on conversation (tenant_id, subject_id, updated_at desc);

create table party (
  tenant_id text not null,
  client_id text not null,
  conversation_id text not null,
  n int not null,
  role text not null,
  system_id text,
  -- name, phone and the like of an imported party, under the subject's key
  sealed bytea,
  primary key (tenant_id, conversation_id, n),
  foreign key (tenant_id, conversation_id) references conversation
);

create table turn (
  tenant_id text not null,
  client_id text not null,
  conversation_id text not null,
  seq int not null,
  -- customer | ai | agent | system | tool | unknown
  role text not null,
  call_id text,
  at timestamptz,
  -- {said, seen?, spans?}: what was said and what the AI saw of it, under the subject's key
  sealed bytea not null,
  -- classes and counts of what was kept back, never contents
  redacted jsonb not null default '{}',
  disclosure boolean not null default false,
  primary key (tenant_id, conversation_id, seq),
  foreign key (tenant_id, conversation_id) references conversation
);

create table pseudonym_table (
  tenant_id text not null,
  client_id text not null,
  conversation_id text not null,
  version int not null,
  sealed bytea not null,
  updated_at timestamptz not null,
  primary key (tenant_id, conversation_id),
  foreign key (tenant_id, conversation_id) references conversation
);

create table ai_call (
  tenant_id text not null,
  client_id text not null,
  call_id text not null,
  conversation_id text,
  subject_id text,
  system_id text,
  version_id text,
  purpose_id text,
  channel text,
  language text,
  -- admitted | refused | completed | failed | cancelled | stopped
  state text not null,
  code text,
  would_refuse text,
  basis text,
  ground_record text,
  gate_record text,
  oversight_record text,
  disclosure text,
  disclosure_record text,
  upstream_id text,
  model text,
  stream boolean not null default false,
  attempts int not null default 0,
  turn_from int,
  turn_to int,
  redacted jsonb not null default '{}',
  restored int,
  reply_masked jsonb,
  tokens_in int,
  tokens_out int,
  started_at timestamptz not null,
  ended_at timestamptz,
  first_token_ms int,
  duration_ms int,
  -- sources cited, tools called, finish reason: facts for the explanation
  facts jsonb not null default '{}',
  admitted_event text,
  end_event text,
  process_id text,
  primary key (tenant_id, call_id)
);
create index ai_call_conversation on ai_call (tenant_id, conversation_id, started_at);
create index ai_call_recent on ai_call (tenant_id, client_id, started_at desc);
create index ai_call_started on ai_call (tenant_id, started_at);
create index ai_call_open on ai_call (tenant_id, started_at) where state = 'admitted';

create table hand_off (
  tenant_id text not null,
  client_id text not null,
  hand_off_id text not null,
  conversation_id text not null,
  -- requested | accepted | completed | missed
  state text not null,
  reason text not null,
  requested_at timestamptz not null,
  accepted_at timestamptz,
  accepted_by text,
  ended_at timestamptz,
  answer_by timestamptz,
  primary key (tenant_id, hand_off_id),
  foreign key (tenant_id, conversation_id) references conversation
);
create index hand_off_open on hand_off (tenant_id, client_id, requested_at) where state = 'requested';
create index hand_off_conversation on hand_off (tenant_id, conversation_id, requested_at);

create table import_batch (
  tenant_id text not null,
  client_id text not null,
  import_id text not null,
  file_sha256 text not null,
  purpose_id text not null,
  basis text not null,
  format text not null,
  counts jsonb not null,
  problems jsonb not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  primary key (tenant_id, import_id)
);

create table imported_key (
  tenant_id text not null,
  client_id text not null,
  -- keyed hash of format and idempotency key
  key_hmac bytea not null,
  content_hmac bytea not null,
  conversation_id text not null,
  primary key (tenant_id, client_id, key_hmac, content_hmac)
);

-- What the organisation file last said, to show a difference before it is applied.
create table organisation_file (
  tenant_id text primary key references tenant,
  applied_at timestamptz not null,
  applied_by text not null,
  sha256 text not null
);

-- What the lines of the organisation file became: a line with a relative time (-90d) finds its record again at a later
-- pass. The key is a hash of how the line was written; it never holds a customer's reference.
create table applied_record (
  tenant_id text not null references tenant,
  file_key text not null,
  record_id text,
  -- the relative times as written
  times jsonb not null,
  -- lines about a data subject, so that they go at erasure
  subject_id text,
  primary key (tenant_id, file_key)
);
create index applied_record_subject on applied_record (tenant_id, subject_id) where subject_id is not null;

-- What people wrote with a decision about a system, in the languages they wrote it in: reasons and conditions of a gate,
-- the note with a stop.
create table record_text (
  tenant_id text not null,
  client_id text not null,
  record_id text not null,
  field text not null,
  -- a text, or {nl, en}
  written jsonb not null,
  primary key (tenant_id, record_id, field)
);

do $$
declare t text;
begin
  foreach t in array array['client', 'ai_system', 'standing', 'data_subject', 'subject_reference', 'subject_key', 'conversation', 'party', 'turn',
                           'pseudonym_table', 'ai_call', 'hand_off', 'import_batch', 'imported_key', 'record_text'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy scope on %I using (waarborg_sees(tenant_id, client_id)) with check (waarborg_sees(tenant_id, client_id))', t);
    execute format('grant select, insert, update, delete on %I to waarborg_app', t);
  end loop;
  foreach t in array array['tenant', 'upstream', 'system_version', 'organisation_file', 'applied_record'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy scope on %I using (waarborg_sees(tenant_id, null)) with check (waarborg_sees(tenant_id, null))', t);
    execute format('grant select, insert, update, delete on %I to waarborg_app', t);
  end loop;
end $$;
