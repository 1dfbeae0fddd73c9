/** Client of Waarborg for the contact centre's own applications. No dependencies; uses the platform's `fetch`. */
export { type DialOptions, type LanguageOptions, type RepeatOptions, Waarborg, type WaarborgOptions } from './client.ts'
export type * from './contract.ts'
export { type Refusal, refusalOf, type UnreachableCode, WaarborgRefusal, WaarborgUnreachable } from './error.ts'
export { type CheckedReceipt, type ReceiptTrust, verifyContent, verifyReceipt } from './receipt.ts'
