-- Conversations with customers as an audit counts them: what happened, never what was said. Client, system and the first moment are
-- set for the transaction, as for decisions (0021, 0030); row-level security is that of who asks.
alter table audit_plan drop constraint audit_plan_source_check;
alter table audit_plan add constraint audit_plan_source_check check (source in ('file', 'decisions', 'conversations'));

create view joined_conversation with (security_invoker = true) as
select c.conversation_id as decision_id, c.subject_id, c.started_at as decided_at,
       c.channel, c.language, to_char(c.started_at at time zone 'Europe/Amsterdam', 'YYYY-MM') as month,
       c.turn_count as turns,
       case when exists (select 1 from turn t where t.tenant_id = c.tenant_id and t.conversation_id = c.conversation_id and t.role = 'ai')
         then 1 else 0 end as answered,
       case when exists (select 1 from ai_call a where a.tenant_id = c.tenant_id and a.conversation_id = c.conversation_id and a.state = 'refused')
         then 1 else 0 end as refused,
       case when c.disclosed_at is not null then 1 else 0 end as told,
       case when h.hand_off_id is not null then 1 else 0 end as handed_off,
       -- until a person took it up; while nobody did, the wait so far, of which the end was not seen
       extract(epoch from coalesce(h.accepted_at, h.ended_at, greatest(c.updated_at, h.requested_at)) - h.requested_at) / 60 as wait_minutes,
       case when h.hand_off_id is null then null when h.accepted_at is not null then 1 else 0 end as wait_ended,
       -- within seven days; unknown before these have passed
       case when exists (select 1 from conversation n where n.tenant_id = c.tenant_id and n.subject_id = c.subject_id and n.source <> 'audit'
           and n.conversation_id <> c.conversation_id and n.started_at > c.started_at and n.started_at <= c.started_at + interval '7 days') then 1
         when c.started_at > nullif(current_setting('waarborg.audit_now', true), '')::timestamptz - interval '7 days' then null
         else 0 end as came_back,
       null::bytea as sealed, k.wrapped, k.epoch, k.place_version
  from conversation c
  left join subject_key k on k.tenant_id = c.tenant_id and k.subject_id = c.subject_id
  left join lateral (select h.* from hand_off h where h.tenant_id = c.tenant_id and h.conversation_id = c.conversation_id
                      order by h.requested_at, h.hand_off_id limit 1) h on true
 where c.client_id = current_setting('waarborg.audit_client', true)
   and c.system_id = current_setting('waarborg.audit_system', true)
   and c.source <> 'audit' and c.state = 'normal'
   and c.started_at >= coalesce(nullif(current_setting('waarborg.audit_from', true), '')::timestamptz, '-infinity');
grant select on joined_conversation to waarborg_app;

create view audited_conversation with (security_invoker = true) as
select channel, language, month, turns, answered, refused, told, handed_off, wait_minutes, wait_ended, came_back from joined_conversation;
grant select on audited_conversation to waarborg_app;
