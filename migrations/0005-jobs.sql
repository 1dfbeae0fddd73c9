-- The job queue (pg-boss) keeps its own tables in a schema of its own, under a role that sees nothing else.
create schema pgboss;
grant usage, create on schema pgboss to waarborg_jobs;
