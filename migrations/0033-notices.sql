-- What people are told: that it is AI, that a system estimates emotions or sorts people by their body, and what becomes of their data.

-- AI Act 50(3): what a system infers about customers. About staff it is a prohibited practice (5(1)(f)) and has no value here.
alter table ai_system
  add column emotion_inference text not null default 'none' check (emotion_inference in ('none', 'customer')),
  add column biometric_categorisation boolean not null default false;

-- ai: that it is a computer. The others come beside it, never instead of it.
alter table disclosure_event
  add column kind text not null default 'ai' check (kind in ('ai', 'emotion', 'biometric'));

-- Words of a client's own for a disclosure, as they were from a moment on; texts null: the product's own words again.
create table disclosure_wording (
  tenant_id text not null,
  client_id text not null,
  record text not null,
  wording text not null,
  texts jsonb,
  -- by language, as a disclosure records it
  versions jsonb not null,
  counts_from timestamptz not null,
  primary key (tenant_id, record),
  foreign key (tenant_id, client_id) references client
);
create index disclosure_wording_of on disclosure_wording (tenant_id, client_id, wording, counts_from);

-- A notice of a client as it was made from the register. Never changed: another outcome is another version.
create table notice_version (
  tenant_id text not null,
  client_id text not null,
  kind text not null check (kind in ('privacy', 'ai')),
  version int not null check (version >= 1),
  -- both languages (transparency/notices/contract.ts `noticeDocument`)
  document jsonb not null,
  -- of the document as canonical JSON
  sha256 text not null,
  counts_from timestamptz not null,
  record text not null,
  primary key (tenant_id, client_id, kind, version),
  foreign key (tenant_id, client_id) references client
);

-- That a version was shown in a conversation. `way`: opened, linked on a page that was looked at, or said so by the channel.
create table notice_shown (
  tenant_id text not null,
  client_id text not null,
  shown_id text not null,
  conversation_id text not null,
  kind text not null,
  version int not null,
  language text not null,
  way text not null check (way in ('channel', 'linked', 'opened')),
  shown_at timestamptz not null,
  primary key (tenant_id, shown_id),
  unique (tenant_id, conversation_id, kind, version, language, way),
  foreign key (tenant_id, client_id, kind, version) references notice_version,
  foreign key (tenant_id, conversation_id) references conversation
);

do $$
declare t text;
begin
  foreach t in array array['disclosure_wording', 'notice_version', 'notice_shown'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy scope on %I using (waarborg_sees(tenant_id, client_id)) with check (waarborg_sees(tenant_id, client_id))', t);
  end loop;
end $$;
grant select, insert on disclosure_wording, notice_version to waarborg_app;
grant select, insert, delete on notice_shown to waarborg_app;
