export { type Resumed, resumeClient, resumeSystem, stopClient, stopSystem } from './store.ts'
