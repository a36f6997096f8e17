/** The mode chosen in this browser, and whether it is locked. Known before anything is asked, so that nothing flashes by. */
import { computed } from 'vue'
import type { DeskMode } from '../../../../main/contract/desk-modes.ts'
import { readKept, useKept } from '../../../composables/use-kept.ts'
import { isMode } from './mode-rules.ts'

export interface KeptMode {
  readonly eventId: string
  readonly mode: DeskMode
  /** Only a PIN leads out of it. */
  readonly locked: boolean
}

const key = 'marshal.desk.mode'
const kept = useKept<KeptMode | null>(key, null, localStorage)

addEventListener('storage', (event) => {
  // All tabs of a browser are one desk.
  if (event.storageArea === localStorage && event.key === key)
    kept.value = readKept<KeptMode | null>(localStorage, key, null)
})

/** Null where everything may be done. */
export const keptMode = computed<KeptMode | null>({
  get: () => (isMode(kept.value?.mode) ? kept.value : null),
  set: (next) => (kept.value = next),
})

/** The mode nobody leaves without the PIN, or null. */
export const lockedMode = computed(() => (keptMode.value?.locked ? keptMode.value.mode : null))
