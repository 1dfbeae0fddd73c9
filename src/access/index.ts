export { type AddressOwner, addressesOf, knowsAddress, readAddressOf } from './io/addresses.ts'
export {
  type Authentication,
  authenticateKey,
  authenticateLink,
  authenticateSession,
  authenticationScope,
} from './io/authenticate.ts'
export { type CodeDelivery, queueCode, sendCodes } from './io/code-delivery.ts'
export { addGroupRole, listGroupRoles, removeGroupRole } from './io/identities.ts'
export { dropKeptForm, KEPT_FORM_MS, type KeptForm, keepForm, readKeptForm } from './io/kept-forms.ts'
export {
  type CreatedKey,
  createKey,
  findKey,
  keyRow,
  keyUsed,
  listKeys,
  type NewKey,
  ROTATION_GRACE_MS,
  revokeAuditKeys,
  revokeKey,
  rotateKey,
  type SystemKey,
} from './io/keys.ts'
export { openLeaked } from './io/leaked.ts'
export { type IdentityProvider, openProvider } from './io/oidc.ts'
export { openPasswords, type Passwords, TooManyHashes } from './io/password.ts'
export type { CodeMessage, PortalCodes, SendCode } from './io/portal-codes.ts'
export {
  createPortalLink,
  findPortalLink,
  type KnownLink,
  type PortalLink,
  portalPath,
  portalToken,
  readPortalLink,
  revokePortalLink,
} from './io/portal-links.ts'
export type { Act } from './io/record.ts'
export {
  createOneTimeLink,
  ensureFirstAdministrator,
  type FirstAdministrator,
  type OneTimeLink,
  startSession,
} from './io/sessions.ts'
export { chooseTenant } from './io/tenant.ts'
export { addLookUp, addReveal, addView, type ContentView, openingOf, viewsBy, viewsOf, wordsOf } from './io/views.ts'
export {
  addPerson,
  assignRole,
  changePerson,
  disablePerson,
  enablePerson,
  endQualification,
  endRole,
  loadAssignments,
  loadOverseers,
  loadPerson,
  loadStaff,
  type NewAssignment,
  type NewPerson,
  type NewQualification,
  personByFile,
  recordQualification,
  type StaffMember,
} from './store.ts'
