-- What happens to the effect of a contested decision, the explanation of it, and figures of how contests are looked at.

-- asked | confirmed | not_confirmed: nobody answered in time | released: carried out after all | not_possible; null: from before there was any.
alter table contest drop constraint contest_effect_check;
alter table contest add constraint contest_effect_check check (effect in ('asked', 'confirmed', 'not_confirmed', 'released', 'not_possible'));
-- Until when an answer of the organisation's system is waited for, as long as it is asked to hold the effect.
alter table contest add column hold_until timestamptz;
create index contest_hold on contest (hold_until) where effect = 'asked' and state = 'open';
-- The customer got the explanation: page | letter.
alter table contest add column explained_at timestamptz;
alter table contest add column explained_via text check (explained_via in ('page', 'letter'));
-- Why the decision waited for a person before its own person asked; null: it did not.
alter table contest add column waited_for text;
-- ended: its person was erased, so nobody is left to answer
alter table contest drop constraint contest_state_check;
alter table contest add constraint contest_state_check check (state in ('open', 'answered', 'withdrawn', 'ended'));

-- Who took part in a decision before it went out, where the sender named a member of staff: that person does not look again.
alter table decision add column human_person text;
-- How long somebody looked (coarse), whether the reasons say little, and a keyed hash to see whether they were used before: for figures of a team.
alter table decision_review add column spent text check (spent in ('under_1_minute', 'under_5_minutes', 'under_15_minutes', 'longer', 'unknown'));
alter table decision_review add column short_reasons boolean;
alter table decision_review add column reasons_hmac bytea;
-- Whether the same reasons were given before is looked up for each review of a year.
create index decision_review_reasons on decision_review (tenant_id, client_id, reasons_hmac) where reasons_hmac is not null;

alter table contest no force row level security;
alter table decision no force row level security;
alter table decision_review no force row level security;
alter table data_subject no force row level security;
update contest set explained_at = asked_at, explained_via = 'page' where explained;
-- Of those that wait already, a person asks after the same day.
update contest set hold_until = asked_at + interval '24 hours' where effect = 'asked' and state = 'open';
-- What somebody asked who was erased since: nobody looks again.
update contest c set state = 'ended' from data_subject s
  where s.tenant_id = c.tenant_id and s.subject_id = c.subject_id and s.erased_at is not null and c.state = 'open';
update decision d set review = coalesce((select r.verdict from decision_review r where r.tenant_id = d.tenant_id and r.decision_id = d.decision_id
    order by r.decided_at desc, r.review_id desc limit 1), 'not_needed')
  from data_subject s
  where s.tenant_id = d.tenant_id and s.subject_id = d.subject_id and s.erased_at is not null and d.review = 'waiting' and d.review_reason = 'asked_by_customer';
alter table data_subject force row level security;
alter table decision_review force row level security;
alter table decision force row level security;
alter table contest force row level security;

alter table contest drop column explained;
alter table contest add constraint contest_explained_check check ((explained_at is null) = (explained_via is null));
