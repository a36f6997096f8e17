/**
 * Set-ups in progress survive a reload of the window, and a look at another system: one is kept for each adapter.
 * Secrets are not part of them.
 */
import type { TargetDraft } from '../form/target-draft.ts'
import { setupSteps, type SetupStep } from './setup-steps.ts'

export interface KeptSetup {
  readonly step: SetupStep
  /** The farthest step reached so far. */
  readonly reached: SetupStep
  readonly draft: TargetDraft
  /** Name under which the target is saved already (paused), null before that. */
  readonly savedName: string | null
}

/** Holds the name of the adapter somebody worked on last. */
const lastKey = 'marshal.target-setup'
const keyOf = (adapter: string) => `${lastKey}.${adapter}`

/** Remembers a set-up for this browser tab, as the one worked on last. */
export function keepSetup(setup: KeptSetup): void {
  sessionStorage.setItem(lastKey, setup.draft.adapter)
  sessionStorage.setItem(keyOf(setup.draft.adapter), JSON.stringify(setup))
}

/** Forgets the set-up of one adapter. */
export function forgetSetup(adapter: string): void {
  sessionStorage.removeItem(lastKey)
  sessionStorage.removeItem(keyOf(adapter))
}

/**
 * The set-up that was kept for an adapter, by default for the one worked on last; null when there is none, or one of
 * another version of this window.
 */
export function keptSetup(adapter = sessionStorage.getItem(lastKey)): KeptSetup | null {
  if (adapter === null) return null
  try {
    const kept = JSON.parse(sessionStorage.getItem(keyOf(adapter)) ?? 'null') as KeptSetup | null
    const fits =
      kept !== null &&
      setupSteps.includes(kept.step) &&
      setupSteps.includes(kept.reached) &&
      kept.draft.adapter === adapter &&
      Array.isArray(kept.draft.entities) &&
      Array.isArray(kept.draft.mapping) &&
      Array.isArray(kept.draft.sensitive) &&
      typeof kept.draft.owners === 'object'
    return fits ? kept : null
  } catch {
    return null
  }
}
