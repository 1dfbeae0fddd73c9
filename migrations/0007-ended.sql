-- What someone took away stays away, also when the clock is set back to before that moment.
alter table role_assignment add column ended boolean not null default false;
alter table qualification add column ended boolean not null default false;
