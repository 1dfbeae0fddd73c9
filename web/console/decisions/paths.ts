/** Addresses of one decision, and the fields of a second look at it. */
export const decisionPath = (id: string): string => `/console/decisions/${encodeURIComponent(id)}`

/** What the form of a second look sends; a letter that was read goes with the same again. */
export const reviewFields = [
  'verdict',
  'outcome',
  'reasons',
  'forCustomer',
  'points',
  'nextSteps',
  'nextBy',
  'openedAt',
] as const
