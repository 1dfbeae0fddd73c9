export {
  appendConsent,
  decideGround,
  loadConsentEvents,
  loadPurpose,
  loadPurposesOf,
  recordConsent,
} from './store.ts'
