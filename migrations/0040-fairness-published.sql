-- May anybody read when an AI system was last audited for fairness, and with which conclusion? Its card says so.
alter table ai_system
  add column fairness_published boolean not null default false;
