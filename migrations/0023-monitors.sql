-- Monitors: outcomes of groups watched decision by decision, with the evidence so far and its alarms. Sums by group, no rows and nobody's
-- name; `started_by` and the like are random ids of staff. And alarms about a system, whoever raises them, for Today.

-- Never changed but for its end: another question is another monitor.
create table monitor (
  tenant_id text not null,
  client_id text not null,
  monitor_id text not null,
  name text not null,
  system_id text not null,
  -- favourable | observed | score
  metric text not null,
  -- language | channel
  attribute text not null,
  -- the group that the others are compared with; null: the first that is seen
  reference text,
  method text not null check (method in ('blocks', 'pairs')),
  alpha double precision not null check (alpha > 0 and alpha < 1),
  tolerance double precision not null check (tolerance >= 0 and tolerance < 1),
  -- outcomes of each in a block; null: by who comes
  block_group int check (block_group between 1 and 10000),
  block_reference int check (block_reference between 1 and 10000),
  -- what came of a decision counts up to so many days after it; 0: known at once
  settle_days int not null check (settle_days between 0 and 366),
  -- signal | finding | stop
  policy text not null check (policy in ('signal', 'finding', 'stop')),
  reasons text not null,
  started_by text not null,
  started_at timestamptz not null,
  -- decisions from this moment on
  from_at timestamptz not null,
  record text not null,
  ended_at timestamptz,
  ended_by text,
  end_reasons text,
  primary key (tenant_id, monitor_id),
  check ((block_group is null) = (block_reference is null)),
  foreign key (tenant_id, client_id) references client,
  foreign key (tenant_id, system_id) references ai_system
);
create index monitor_client on monitor (tenant_id, client_id, started_at desc);
create index monitor_running on monitor (tenant_id) where ended_at is null;

-- How far it has read and what that came to, in one row: who restarts goes on from here and counts nothing twice.
create table monitor_state (
  tenant_id text not null,
  client_id text not null,
  monitor_id text not null,
  -- src/fairness/contract.ts `monitorState`, to the byte
  state text not null,
  -- the last decision that was read
  at text not null,
  decision_id text not null,
  -- decisions read, those that counted, and those that came in after their turn
  decisions bigint not null default 0,
  outcomes bigint not null default 0,
  late bigint not null default 0,
  -- points of the chart
  series text not null,
  -- until when what was recorded had been looked for
  read_at timestamptz not null,
  record text,
  primary key (tenant_id, monitor_id),
  foreign key (tenant_id, monitor_id) references monitor
);

create table monitor_alarm (
  tenant_id text not null,
  client_id text not null,
  alarm_id text not null,
  monitor_id text not null,
  epoch int not null,
  -- the decision at which it went off
  decided_at timestamptz not null,
  alarmed_at timestamptz not null,
  outcomes bigint not null,
  log10_e double precision not null,
  level double precision not null,
  -- src/fairness/monitors/contract.ts `groupLook`, and which of them stand on their own
  looks jsonb not null,
  groups jsonb not null,
  stop_id text,
  -- real | explained | cannot_tell; null: nobody has judged it
  judgement text check (judgement in ('real', 'explained', 'cannot_tell')),
  reasons text,
  judged_by text,
  judged_at timestamptz,
  record text not null,
  primary key (tenant_id, alarm_id),
  foreign key (tenant_id, monitor_id) references monitor,
  check ((judgement is null) = (judged_at is null))
);
create unique index monitor_alarm_epoch on monitor_alarm (tenant_id, monitor_id, epoch);

-- Something about a system that a person must look at. It stands until it is settled.
create table system_alarm (
  tenant_id text not null,
  client_id text not null,
  alarm_id text not null,
  system_id text not null,
  -- the capability that raised it
  source text not null,
  raised_at timestamptz not null,
  settled_at timestamptz,
  primary key (tenant_id, alarm_id),
  foreign key (tenant_id, system_id) references ai_system
);
create index system_alarm_open on system_alarm (tenant_id, system_id) where settled_at is null;

do $$
declare t text;
begin
  foreach t in array array['monitor', 'monitor_state', 'monitor_alarm', 'system_alarm'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy scope on %I using (waarborg_sees(tenant_id, client_id)) with check (waarborg_sees(tenant_id, client_id))', t);
  end loop;
end $$;
grant select, insert, update (ended_at, ended_by, end_reasons) on monitor to waarborg_app;
grant select, insert, update on monitor_state to waarborg_app;
grant select, insert, update (judgement, reasons, judged_by, judged_at) on monitor_alarm to waarborg_app;
grant select, insert, update (settled_at) on system_alarm to waarborg_app;
