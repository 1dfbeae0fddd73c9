-- Search that takes the newest conversations first: documents are numbered by when they began (src/records/search/document.ts),
-- a stem has one row per conversation (per 256 turns of it), and the client stands before the token, so that a search of one
-- client never walks over rows of another.
select set_config('waarborg.tenant', '*', true), set_config('waarborg.clients', '*', true);

alter table search_token rename to search_token_by_turn;
alter table search_document rename to search_document_in_order;

create table search_document (
  tenant_id text not null,
  client_id text not null,
  conversation_id text not null,
  -- 2048 numbers per millisecond of conversation.started_at, higher when those are taken
  document bigint not null,
  -- of the conversation; they never change
  system_id text,
  channel text not null,
  language text not null,
  constraint search_document_key primary key (tenant_id, conversation_id),
  constraint search_document_number unique (tenant_id, document),
  foreign key (tenant_id, conversation_id) references conversation
);

create table search_token (
  tenant_id text not null,
  client_id text not null,
  -- the first eight bytes of HMAC-SHA-256 of the stem
  token bigint not null,
  document bigint not null,
  -- turns 256 × part and on
  part int not null,
  -- three bytes per place: turn within the part, place in the turn
  places bytea not null,
  -- bit (11 × turn + place) mod 64 of each place: from the index alone, whether two words can stand next to each other
  hint bigint not null,
  constraint search_token_key primary key (tenant_id, client_id, token, document, part) include (hint),
  constraint search_token_of foreign key (tenant_id, document) references search_document (tenant_id, document) on delete cascade
) with (fillfactor = 90);

-- Numbers in the order of beginning: each is at least its moment, and at least one more than the one before.
insert into search_document (tenant_id, client_id, conversation_id, document, system_id, channel, language)
select tenant_id, client_id, conversation_id,
       n + max(moment - n) over (partition by tenant_id order by n), system_id, channel, language
from (
  select d.tenant_id, d.client_id, d.conversation_id, c.system_id, c.channel, c.language, c.moment * 2048 as moment,
         row_number() over (partition by d.tenant_id order by c.moment, d.conversation_id) as n
  from search_document_in_order d
  join (select tenant_id, conversation_id, system_id, channel, language,
               greatest(least(floor(extract(epoch from started_at) * 1000), 4398046380032), -4398046380032)::bigint as moment
        from conversation) c using (tenant_id, conversation_id)
) numbered;

insert into search_token (tenant_id, client_id, token, document, part, places, hint)
select t.tenant_id, t.client_id, t.token, d.document, t.seq / 256,
       string_agg(substring(int4send(t.seq) from 4 for 1) || substring(t.places from i for 2), ''::bytea order by t.seq, i),
       bit_or(1::bigint << ((t.seq::bigint * 11 + get_byte(t.places, i - 1) * 256 + get_byte(t.places, i)) % 64)::int)
from search_token_by_turn t
join search_document_in_order o on o.tenant_id = t.tenant_id and o.document = t.document
join search_document d on d.tenant_id = o.tenant_id and d.conversation_id = o.conversation_id
cross join lateral generate_series(1, length(t.places), 2) i
group by t.tenant_id, t.client_id, t.token, d.document, t.seq / 256;

drop table search_token_by_turn;
drop table search_document_in_order;
drop function waarborg_follows(bytea, bytea, int);

-- rows of a conversation go together: at erasure and at the end of a term
create index search_token_document on search_token (tenant_id, document);
-- a filter that fits few conversations leads the search
create index search_document_system on search_document (tenant_id, client_id, system_id, document);
create index search_document_channel on search_document (tenant_id, client_id, channel, document);
create index search_document_language on search_document (tenant_id, client_id, language, document);
create index ai_call_refused on ai_call (tenant_id, client_id, conversation_id) where state = 'refused';

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
-- a later turn of the same conversation adds its places
grant select, insert, delete, update (places, hint) on search_token to waarborg_app;
