-- Whose complaint it is, so that a copy and an erasure of everything of somebody reach it by the one list of such tables.
alter table complaint add column subject_id text;
alter table complaint no force row level security;
alter table case_record no force row level security;
alter table data_subject no force row level security;
update complaint c set subject_id = r.subject_id from case_record r where r.tenant_id = c.tenant_id and r.case_id = c.complaint_id;
-- The number of a help desk for it goes with the erasure; of who was erased before this it goes now.
update complaint c set external_hmac = null from data_subject s
  where s.tenant_id = c.tenant_id and s.subject_id = c.subject_id and s.erased_at is not null;
alter table data_subject force row level security;
alter table case_record force row level security;
alter table complaint force row level security;
alter table complaint alter column subject_id set not null;
alter table complaint add foreign key (tenant_id, subject_id) references data_subject;
create index complaint_subject on complaint (tenant_id, subject_id);
