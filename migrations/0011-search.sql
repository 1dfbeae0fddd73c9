-- Search in what was said, without anything readable: each stem of a turn is a number that only the organisation's key
-- can make (src/records/search/). What it gives away to someone with the database stands in SECURITY.md.

-- A short number per conversation, so that a token needs no long id.
create table search_document (
  tenant_id text not null,
  client_id text not null,
  conversation_id text not null,
  document bigint generated always as identity,
  primary key (tenant_id, conversation_id),
  unique (tenant_id, document),
  foreign key (tenant_id, conversation_id) references conversation
);

create table search_token (
  tenant_id text not null,
  client_id text not null,
  -- the first eight bytes of HMAC-SHA-256 of the stem
  token bigint not null,
  document bigint not null,
  seq int not null,
  -- two bytes per place in the turn, in order
  places bytea not null,
  -- with the client, so that row-level security can be decided from the index
  primary key (tenant_id, token, document, seq) include (client_id),
  foreign key (tenant_id, document) references search_document (tenant_id, document) on delete cascade
);
-- rows of a conversation go together: at erasure and at the end of a term
create index search_token_document on search_token (tenant_id, document);

-- Does the second word stand `distance` places after the first, somewhere in the turn?
create function waarborg_follows(first bytea, second bytea, distance int) returns boolean
  language sql immutable strict parallel safe
  return exists (
    select 1 from generate_series(0, length(first) - 2, 2) i, generate_series(0, length(second) - 2, 2) j
    where get_byte(second, j) * 256 + get_byte(second, j + 1) - get_byte(first, i) * 256 - get_byte(first, i + 1) = distance
  );

do $$
declare t text;
begin
  foreach t in array array['search_document', 'search_token'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    -- what waarborg_sees says, with the settings read once per statement: a search looks at very many rows
    execute format($policy$create policy scope on %I using (
        (tenant_id = (select current_setting('waarborg.tenant', true)) or (select current_setting('waarborg.tenant', true)) = '*')
        and ((select current_setting('waarborg.clients', true)) = '*'
             or client_id = any ((select string_to_array(current_setting('waarborg.clients', true), ','))::text[])))
      with check (waarborg_sees(tenant_id, client_id))$policy$, t);
  end loop;
end $$;
grant select, insert, delete on search_document to waarborg_app;
grant select, insert, delete on search_token to waarborg_app;
