/** What goes out guarded comes in unguarded; the window guards by the same rule, so it lives in the contract. */
export { guardCell, unguardCell } from '../../contract/formula-guard.ts'
