export * from './consent.ts'
export * from './personal-data.ts'
export * from './purpose.ts'
