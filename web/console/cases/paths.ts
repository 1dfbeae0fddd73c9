/** Addresses of the list, of one case, and of what else stands in the list. */
import type { WorkKind } from './roles.ts'

export const casesPath = '/console/cases'
export const casePath = (id: string): string => `${casesPath}/${encodeURIComponent(id)}`

const kindPaths: Readonly<Partial<Record<WorkKind, (id: string) => string>>> = {
  breach: (id) => `/console/breaches/${encodeURIComponent(id)}`,
  hand_off: (id) => `/console/hand-offs#${encodeURIComponent(id)}`,
}
/** Where a line of the work list leads. */
export const workPath = ({ kind, id }: { readonly kind: WorkKind; readonly id: string }): string =>
  (kindPaths[kind] ?? casePath)(id)
