/**
 * Whether one target answers, from what became of runs and probes. Pure; the scheduler keeps the state in memory, so
 * after a start nobody claims to know. While a target is silent it is asked by one light probe at a time: after 5 s,
 * then twice as long each time up to 5 minutes, or when the server itself asked for longer. No jitter: the countdown a
 * person sees is true.
 */
import { errorMeanings, isTransient } from '../../contract/error-meanings.ts'
import type { RunResult, SyncErrorCode } from '../../contract/words.ts'

const firstWaitMs = 5_000
const longestWaitMs = 300_000

/** How a run ended, as far as the schedule is concerned. */
export interface RunOutcome {
  readonly result: RunResult
  readonly error: { readonly code: SyncErrorCode; readonly retryAfterMs: number | null } | null
  /** False if the run ended well without asking the target anything: then it proves nothing. */
  readonly answered?: boolean
}

/** `online`: it answered and let us in · `auth`: it answered and did not · `offline`: anything else. */
export type ProbeAnswer = 'online' | 'offline' | 'auth'

export type Contact =
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'reachable'
      /** Last wait before a probe succeeded; counts on from there until a run succeeds, 0 after one did. */
      readonly lastWaitMs: number
    }
  | {
      readonly kind: 'unreachable'
      /** Step of the doubling. */
      readonly lastWaitMs: number
      /** Whole length of this countdown. */
      readonly countdownMs: number
      /** Next probe, milliseconds since 1970 UTC. */
      readonly retryOn: number
    }

/** Nothing heard since the start. */
export const notHeardYet: Contact = { kind: 'unknown' }

/** What an outcome says about the way to the target. */
export function evidence(outcome: RunOutcome): 'answered' | 'silent' | 'nothing' {
  if (outcome.error === null) {
    const ended = outcome.result === 'success' || outcome.result === 'warning'
    return ended && outcome.answered !== false ? 'answered' : 'nothing'
  }
  const { code } = outcome.error
  if (isTransient(code)) return 'silent'
  return errorMeanings[code].answered === 'yes' ? 'answered' : 'nothing'
}

/** What an error says to a probe: anything that is not about the moment is for a run to report; the way is open. */
export function probeAnswer(code: SyncErrorCode): ProbeAnswer {
  if (errorMeanings[code].pauses) return 'auth'
  return isTransient(code) ? 'offline' : 'online'
}

/** The contact after a run. */
export function afterRun(contact: Contact, outcome: RunOutcome, now: number): Contact {
  switch (evidence(outcome)) {
    case 'answered':
      return { kind: 'reachable', lastWaitMs: 0 }
    case 'nothing':
      return contact
    case 'silent':
      return silent(contact, now, outcome.error?.retryAfterMs ?? 0)
  }
}

function silent(contact: Contact, now: number, askedMs: number): Contact {
  // One failure told twice, or *Sync now* during the countdown, does not lengthen it; what the server asked for may.
  if (contact.kind === 'unreachable' && contact.retryOn > now) {
    return contact.retryOn >= now + askedMs
      ? contact
      : { ...contact, countdownMs: askedMs, retryOn: now + askedMs }
  }
  return waitAgain(contact, now, askedMs)
}

function waitAgain(contact: Contact, now: number, askedMs: number): Contact {
  const last = contact.kind === 'unknown' ? 0 : contact.lastWaitMs
  const waitMs = last === 0 ? firstWaitMs : Math.min(longestWaitMs, last * 2)
  const countdownMs = Math.max(waitMs, askedMs)
  return { kind: 'unreachable', lastWaitMs: waitMs, countdownMs, retryOn: now + countdownMs }
}

/**
 * The contact after a probe. A server that answers probes but no runs is still asked ever more rarely: only a run that
 * succeeds forgets how long we waited.
 */
export function afterProbe(contact: Contact, answer: ProbeAnswer, now: number): Contact {
  // A run has shown meanwhile that it answers.
  if (contact.kind === 'reachable') return contact
  if (answer === 'offline') return waitAgain(contact, now, 0)
  return {
    kind: 'reachable',
    lastWaitMs: contact.kind === 'unreachable' ? contact.lastWaitMs : 0,
  }
}

/** Ends the countdown: the network came back, the computer woke up, or somebody changed something. */
export function probeNow(contact: Contact, now: number): Contact {
  if (contact.kind !== 'unreachable') return contact
  return { ...contact, lastWaitMs: 0, countdownMs: 0, retryOn: now }
}

/** Keeps a countdown as long as it is meant to be when the clock was set back. */
export function steady(contact: Contact, now: number): Contact {
  if (contact.kind !== 'unreachable' || contact.retryOn - now <= contact.countdownMs) return contact
  return { ...contact, retryOn: now + contact.countdownMs }
}
