-- Entries past their term go from the table in whole tiles; the hashes of the tree stay (src/ledger/README.md).

-- What was pruned stands in the log itself and is asked for at every round.
create index ledger_entry_pruned on ledger_entry (idx) where type = 'ledger.pruned';
-- Whether the clock can be believed: was the log alive in the days before?
create index ledger_checkpoint_time on ledger_checkpoint (signed_at);

-- When entries past their term were last looked for, in the whole log.
create table ledger_pass (
  log smallint primary key check (log = 1),
  at timestamptz not null,
  term_days int not null,
  -- done | stopped | clock_unproven
  outcome text not null,
  -- entries past the term that stay
  kept bigint not null
);
grant select on ledger_pass to waarborg_app;
grant select, insert, update on ledger_pass to waarborg_integrator;

-- Entry and removal are one transaction of the integrator's role.
grant insert on ledger_pending to waarborg_integrator;
grant delete on ledger_entry to waarborg_integrator;
-- AI Act 19(1) and 26(6): records stay for at least six months. No setting and no flaw in Waarborg gets below that.
create policy at_least_six_months on ledger_entry as restrictive for delete to waarborg_integrator
  using (at < clock_timestamp() - interval '184 days');
