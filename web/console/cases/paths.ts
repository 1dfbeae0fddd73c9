/** Addresses of the list and of one case. */
export const casesPath = '/console/cases'
export const casePath = (id: string): string => `${casesPath}/${encodeURIComponent(id)}`
