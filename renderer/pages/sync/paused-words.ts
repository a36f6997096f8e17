/** Why a target is paused, read from the engine's sentence, so that it can be said in any language. Pure. */
import type { TargetStatus } from '../../../main/contract/targets.ts'

export interface PausedWords {
  /** Message under `sync.paused`. */
  readonly key: 'setup' | 'by' | 'signIn'
  /** Who paused it, or the target that refused. */
  readonly who: string
  /** What the target said, in its own words. */
  readonly said: string
}

/** Message key with its values; null for a sentence to be shown as it is. */
export function pausedWords(reason: string): PausedWords | null {
  if (reason === 'The set-up is not finished') return { key: 'setup', who: '', said: '' }
  const signIn =
    /^(.+?) refused the sign-in: (.*?) ?Check the key or password, then resume\.$/s.exec(reason)
  if (signIn) return { key: 'signIn', who: signIn[1] ?? '', said: signIn[2] ?? '' }
  const who = /^Paused by (.+)$/.exec(reason)?.[1]
  return who === undefined ? null : { key: 'by', who, said: '' }
}

/** True where resuming alone does not help: the target refused its credentials. */
export function refusedSignIn(status: TargetStatus | undefined): boolean {
  if (status?.state !== 'paused' || status.pausedReason === null) return false
  return pausedWords(status.pausedReason)?.key === 'signIn'
}
