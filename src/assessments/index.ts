export { decideGate, type GateToDecide } from './store.ts'
