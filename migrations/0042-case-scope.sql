-- The same rule as `waarborg_sees`, read once per statement instead of once per row. What is one value for the whole statement
-- is also what the planner counts with: it took the function for a filter that leaves 1 row of 200, and sorted what an index holds in order.
do $$
declare t text;
begin
  foreach t in array array['case_record', 'case_clock'] loop
    execute format($policy$
      alter policy scope on %I
        using (((select current_setting('waarborg.tenant', true)) = tenant_id or (select current_setting('waarborg.tenant', true)) = '*')
          and (client_id is null or (select current_setting('waarborg.clients', true)) = '*'
            or client_id = any ((select string_to_array(current_setting('waarborg.clients', true), ','))::text[])))
    $policy$, t);
  end loop;
end $$;
