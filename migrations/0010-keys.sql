-- Epochs of the keys outside the database (src/vault/io/keys.ts). Of the installation, not of a tenant: one epoch key
-- wraps the subject keys of all. It says which epoch is in use, so that every process wraps under the same one; the
-- keys themselves are files.
create table key_epoch (
  epoch int primary key check (epoch >= 1),
  begun_at timestamptz not null,
  -- from here on no living key is wrapped under it: all were wrapped anew under a later one
  left_at timestamptz,
  -- its key is gone: what was wrapped under it only is unreadable for ever, also in backups
  destroyed_at timestamptz,
  check (destroyed_at is null or left_at is not null)
);
insert into key_epoch (epoch, begun_at) values (1, now());
alter table key_epoch enable row level security;
alter table key_epoch force row level security;
create policy seen on key_epoch for select using (true);
create policy begun on key_epoch for insert with check (current_setting('waarborg.tenant', true) = '*');
create policy moved on key_epoch for update using (current_setting('waarborg.tenant', true) = '*')
  with check (current_setting('waarborg.tenant', true) = '*');
grant select, insert, update on key_epoch to waarborg_app;

-- 2: the place that is bound to a wrapped key names the epoch too.
alter table subject_key add column place_version smallint not null default 1 check (place_version in (1, 2));
create index subject_key_epoch on subject_key (epoch, tenant_id, subject_id);
