-- The same decisions as `audited_decision`, with whose they are: for audits by attributes of people, which are joined in the process of
-- who audits (src/fairness/audits/io/joined.ts). Counting in the database stays without it.
create view joined_decision with (security_invoker = true) as
select d.decision_id, d.subject_id, d.decided_at,
       d.kind, d.class, d.channel, d.language, d.version_id as version, d.outcome, d.score, d.threshold, d.review,
       d.subject_role as who,
       case when d.favourable then 1 when not d.favourable then 0 end as favourable,
       to_char(d.decided_at at time zone 'Europe/Amsterdam', 'YYYY-MM') as month,
       (select case when o.positive then 1 when not o.positive then 0 end
          from outcome o
         where o.tenant_id = d.tenant_id and o.decision_id = d.decision_id
         order by o.observed_at desc, o.recorded_at desc, o.outcome_id desc limit 1) as observed,
       d.sealed, k.wrapped, k.epoch, k.place_version
  from decision d
  left join subject_key k on k.tenant_id = d.tenant_id and k.subject_id = d.subject_id
 where d.client_id = current_setting('waarborg.audit_client', true)
   and d.system_id = current_setting('waarborg.audit_system', true)
   and d.decided_at >= coalesce(nullif(current_setting('waarborg.audit_from', true), '')::timestamptz, '-infinity');
grant select on joined_decision to waarborg_app;

create or replace view audited_decision with (security_invoker = true) as
select kind, class, channel, language, version, outcome, score, threshold, review, who, favourable, month, observed
  from joined_decision;
