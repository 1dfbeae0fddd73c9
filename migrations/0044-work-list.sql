-- Breaches and hand-offs stand in the one work list beside cases: with a number, somebody who handles it, and what was said of its term.

alter table breach no force row level security;
alter table breach add column reference text;
alter table breach add column owner text;
-- the highest reminder that was given of the 72 hours; when they passed; when somebody above was told
alter table breach add column reminded double precision not null default 0;
alter table breach add column missed_at timestamptz;
alter table breach add column escalated_at timestamptz;

-- Numbers as `referenceFrom` makes them: from the random end of an id; the next one where it is taken.
do $$
declare
  one record;
  n bigint;
begin
  for one in select tenant_id, breach_id, extract(year from discovered_at at time zone 'Europe/Amsterdam')::int as year from breach loop
    n := ('x' || lpad(right(replace(one.breach_id, '-', ''), 12), 16, '0'))::bit(64)::bigint % 1000000;
    while exists (
      select 1 from breach where tenant_id = one.tenant_id and reference = 'D-' || one.year || '-' || lpad(n::text, 6, '0')
    ) loop
      n := (n + 1) % 1000000;
    end loop;
    update breach set reference = 'D-' || one.year || '-' || lpad(n::text, 6, '0')
    where tenant_id = one.tenant_id and breach_id = one.breach_id;
  end loop;
end $$;
alter table breach alter column reference set not null;
alter table breach force row level security;
create unique index breach_reference on breach (tenant_id, reference);
create index breach_past on breach (tenant_id, closed_at desc, breach_id) where closed_at is not null;

alter table hand_off add column reminded double precision not null default 0;
alter table hand_off add column escalated_at timestamptz;
create index hand_off_waits on hand_off (tenant_id, requested_at) where state <> 'completed';
create index hand_off_past on hand_off (tenant_id, ended_at desc, hand_off_id) where state = 'completed';
