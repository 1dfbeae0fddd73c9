export { hinder as complaintHinder, nextFor as complaintNext } from './complaints/io/involved.ts'
export { takeMail } from './complaints/io/mail.ts'
export { keepClusters } from './complaints/jobs.ts'
export { type Resumed, resumeClient, resumeSystem, stopClient, stopSystem } from './store.ts'
