-- What 0042 did for cases, for every table. `waarborg_sees` stays the rule, and its words for what is written; for what is read the same
-- rule is asked once per statement. A migration that makes tables calls this at its end; a test holds it.
create procedure waarborg_scope_once() language plpgsql as $$
declare
  p record;
  own constant text := $sql$((select current_setting('waarborg.tenant', true)) = tenant_id or (select current_setting('waarborg.tenant', true)) = '*')$sql$;
  client constant text := $sql$(client_id is null or (select current_setting('waarborg.clients', true)) = '*' or client_id = any ((select string_to_array(current_setting('waarborg.clients', true), ','))::text[]))$sql$;
begin
  for p in
    select polrelid::regclass as relation, polname as name, pg_get_expr(polqual, polrelid) as reads from pg_policy
    where polname = 'scope' and pg_get_expr(polqual, polrelid) like '%waarborg_sees(tenant_id, %'
  loop
    execute format('alter policy %I on %s using (%s)', p.name, p.relation,
      replace(replace(p.reads, 'waarborg_sees(tenant_id, client_id)', format('(%s and %s)', own, client)), 'waarborg_sees(tenant_id, NULL::text)', own));
  end loop;
end $$;
revoke execute on procedure waarborg_scope_once() from public;
-- The ledger's tables are older than the function, and say the same in full.
alter policy scope on ledger_entry using (waarborg_sees(tenant_id, client_id));
alter policy scope on ledger_pending using (waarborg_sees(tenant_id, client_id));
call waarborg_scope_once();
