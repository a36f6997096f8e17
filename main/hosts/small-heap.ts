/** How much memory the process may take for garbage before it is collected. */
import { setFlagsFromString } from 'node:v8'

/**
 * Keeps the heap near what is in use. Left alone, V8 lets the part for new objects grow to 128 MB and the other one
 * to several times what it holds while pages of records stream through: an import would need 330 MB instead of 200,
 * and be no faster. Letting the old part double before it is collected costs 20 MB over 30 % and saves a twelfth of all
 * processor time; less would be collected all the time.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--heap-growing-percent=100')
}
