export * from './feedback.ts'
export * from './figures.ts'
export * from './period.ts'
export * from './texts.ts'
