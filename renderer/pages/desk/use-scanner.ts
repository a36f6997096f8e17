/** Listens for codes from a keyboard-wedge scanner anywhere on the page, except in fields that take text themselves. */
import { onScopeDispose } from 'vue'
import { isTextField } from '../../composables/use-shortcuts.ts'
import { createBurstReader, type Scan } from './scanner-burst.ts'

/** @param searchBox the one text field whose bursts are scans and not text */
export function useScanner(
  searchBox: () => HTMLElement | null,
  onScan: (scan: Scan) => void,
): void {
  const read = createBurstReader()
  const listen = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (isTextField(event.target) && event.target !== searchBox()) return
    const scan = read({ key: event.key, at: event.timeStamp })
    if (scan === null) return
    event.preventDefault()
    event.stopImmediatePropagation()
    onScan(scan)
  }
  // Before any button can take the Enter of the scanner for its own.
  addEventListener('keydown', listen, { capture: true })
  onScopeDispose(() => removeEventListener('keydown', listen, { capture: true }))
}
