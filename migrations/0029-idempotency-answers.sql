-- The answer that was given under an Idempotency-Key, so that the same call again gets the same one.
alter table idempotency
  -- as the call's, so that erasure, adoption and the end of a term find it
  add column subject_id text,
  add column conversation_id text,
  -- the answer under the subject's key; null while there is none
  add column sealed bytea;
create index idempotency_subject on idempotency (tenant_id, subject_id) where subject_id is not null;
create index idempotency_conversation on idempotency (tenant_id, conversation_id) where conversation_id is not null;
