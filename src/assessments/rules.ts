export * from './gate.ts'
export * from './texts.ts'
