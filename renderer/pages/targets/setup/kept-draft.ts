/** A set-up in progress survives a reload of the window. Secrets are not part of it. */
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

const storageKey = 'marshal.target-setup'

/** Remembers the set-up for this browser tab; null forgets it. */
export function keepSetup(setup: KeptSetup | null): void {
  if (setup === null) sessionStorage.removeItem(storageKey)
  else sessionStorage.setItem(storageKey, JSON.stringify(setup))
}

/** The set-up that was kept; null when there is none, or one of another version of this window. */
export function keptSetup(): KeptSetup | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(storageKey) ?? 'null') as KeptSetup | null
    const fits =
      kept !== null &&
      setupSteps.includes(kept.step) &&
      setupSteps.includes(kept.reached) &&
      typeof kept.draft.adapter === 'string' &&
      Array.isArray(kept.draft.entities) &&
      Array.isArray(kept.draft.mapping) &&
      typeof kept.draft.owners === 'object'
    return fits ? kept : null
  } catch {
    return null
  }
}
