-- Signing out at the identity provider carries nothing of the person, so nothing is kept for it.
alter table session drop column sealed_logout;
