-- Complaints about AI. What was written stands with the case (0032-cases.sql), sealed; here are codes, times and random ids.
create table complaint (
  tenant_id text not null,
  client_id text not null,
  -- the case it is
  complaint_id text not null,
  profile text not null check (profile in ('default', 'awb', 'wft', 'psd2', 'wkkgz')),
  state text not null,
  -- who handled it until the appeal; before that it is the owner of the case
  first_handler text,
  -- members of staff complained about
  persons text[] not null default '{}',
  about text not null check (about in ('system', 'conversation', 'decision', 'person')),
  remedy text not null,
  ai_related boolean,
  severity text,
  safety boolean,
  breach boolean,
  request boolean,
  cause text,
  hearing text not null default 'none',
  heard_on date,
  verdict text,
  decided_by text,
  communicated_at timestamptz,
  appealed_at timestamptz,
  final_verdict text,
  route text,
  -- how the customer found the handling: 1 to 5
  satisfaction smallint check (satisfaction between 1 and 5),
  handed_to text,
  -- under which number a help desk of the organisation knows it, as a keyed hash
  external_hmac bytea,
  primary key (tenant_id, complaint_id),
  foreign key (tenant_id, complaint_id) references case_record on delete cascade
);
create unique index complaint_external on complaint (tenant_id, client_id, external_hmac) where external_hmac is not null;

-- What a complaint has to do with: proposed by the product from what is on record, confirmed or rejected by a person.
create table complaint_link (
  tenant_id text not null,
  client_id text not null,
  complaint_id text not null,
  kind text not null check (kind in ('conversation', 'decision', 'version', 'obligation', 'case')),
  target text not null,
  state text not null check (state in ('proposed', 'confirmed', 'rejected')),
  at timestamptz not null,
  person_id text,
  primary key (tenant_id, complaint_id, kind, target),
  foreign key (tenant_id, complaint_id) references complaint on delete cascade
);

-- Complaints with one cause about one version, once they are many: what somebody made of it.
create table complaint_cluster (
  tenant_id text not null,
  client_id text not null,
  cluster_id text not null,
  system_id text not null,
  version_id text not null,
  cause text not null,
  -- how many there were when it was first seen, and when it was judged
  count_seen int not null,
  seen_at timestamptz not null,
  state text not null check (state in ('open', 'judged')),
  -- no_action | finding | incident
  judgement text,
  judged_by text,
  judged_at timestamptz,
  record text not null,
  primary key (tenant_id, cluster_id)
);
create unique index complaint_cluster_open on complaint_cluster (tenant_id, client_id, system_id, version_id, cause) where state = 'open';

do $$
declare t text;
begin
  foreach t in array array['complaint', 'complaint_link', 'complaint_cluster'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy scope on %I using (waarborg_sees(tenant_id, client_id)) with check (waarborg_sees(tenant_id, client_id))', t);
  end loop;
end $$;
grant select, insert, update on complaint, complaint_link, complaint_cluster to waarborg_app;
