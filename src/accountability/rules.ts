export * from './stop-order.ts'
export * from './texts.ts'
