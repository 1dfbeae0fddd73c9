export { type NewDisclosure, recordDisclosure } from './store.ts'
