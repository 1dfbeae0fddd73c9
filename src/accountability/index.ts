export type { Post } from './complaints/io/acts.ts'
export { hinder as complaintHinder } from './complaints/io/involved.ts'
export { keepClusters } from './complaints/jobs.ts'
export { type Resumed, resumeClient, resumeSystem, stopClient, stopSystem } from './store.ts'
