export * from './proof-check.ts'
export * from './test-log.ts'
export * from './texts.ts'
export * from './verify/index.ts'
