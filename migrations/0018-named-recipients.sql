-- Where the calls of a purpose may go, by upstream; null: only where the data go to nobody else.
alter table purpose add column upstreams text[];
-- Who further processes for the purpose; null: the register does not say.
alter table purpose add column processors text[];
