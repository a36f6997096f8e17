/**
 * What a target's turn brings at one moment. Pure: where the target stands in the schedule and the time go in; where it
 * stands then and what it wants come out. Times are milliseconds since 1970 UTC.
 */
import type { Schedule } from '../../contract/targets.ts'
import type { RunKind, RunTrigger } from '../../contract/words.ts'
import { notHeardYet, probeNow, steady, type Contact } from './connectivity.ts'
import { firstTick, moveTick, type Tick } from './due.ts'

/** A run the schedule asks for. Without a kind it is `initial` the first time, then `delta`. */
export interface RunWish {
  readonly kind?: Exclude<RunKind, 'initial'>
  readonly trigger: RunTrigger
}

/** What the schedule needs to know of a target. */
export interface ScheduledTarget {
  readonly name: string
  readonly schedule: Schedule
  /** By a person, globally, or because the sign-in was refused. */
  readonly paused: boolean
  /** It is told of changes, and tells of its own, without the usual wait: a hub. */
  readonly quick?: boolean
}

/** Where a target stands. */
export interface Standing {
  readonly schedule: Schedule
  readonly paused: boolean
  readonly contact: Contact
  readonly delta: Tick
  readonly reconcile: Tick
  /** When a record that waits for a retry may go, null while none waits. */
  readonly recordsOn: number | null
  /** A nightly run fell into the time the target was silent: it is made up for when the target is back. */
  readonly owesReconcile: boolean
}

/** The longest a record's retry is put off: the longest `Retry-After` obeyed. */
const longestRetryMs = 3_600_000

/** A target seen for the first time. */
export function firstStanding({ schedule, paused }: ScheduledTarget, now: number): Standing {
  return {
    schedule,
    paused,
    contact: notHeardYet,
    delta: firstTick(schedule.delta, now),
    reconcile: firstTick(schedule.reconcile, now),
    recordsOn: null,
    owesReconcile: false,
  }
}

/** A target whose settings were read again: changed, paused or resumed. */
export function adopt(standing: Standing, { schedule, paused }: ScheduledTarget, now: number) {
  const tick = (kind: 'delta' | 'reconcile') =>
    standing.schedule[kind] === schedule[kind] ? standing[kind] : firstTick(schedule[kind], now)
  return {
    ...standing,
    schedule,
    paused,
    // After a pause nobody knows whether it still answers; a change of address may have helped a silent one.
    contact: standing.paused && !paused ? notHeardYet : probeNow(standing.contact, now),
    delta: tick('delta'),
    reconcile: tick('reconcile'),
  }
}

/**
 * The turn of a target that is not paused.
 * @param asked whether a probe or a run of it goes on
 * @returns where it stands now, the runs it wants, and whether it is to be probed
 */
export function attend(
  standing: Standing,
  asked: boolean,
  now: number,
): { readonly standing: Standing; readonly runs: readonly RunWish[]; readonly probe: boolean } {
  const contact = steady(standing.contact, now)
  const delta = moveTick(standing.schedule.delta, standing.delta, now)
  const reconcile = moveTick(standing.schedule.reconcile, standing.reconcile, now)
  const owesReconcile = standing.owesReconcile || reconcile.due
  const next = { ...standing, contact, delta: delta.tick, reconcile: reconcile.tick, owesReconcile }
  if (contact.kind !== 'reachable') {
    const probe = !asked && (contact.kind === 'unknown' || now >= contact.retryOn)
    return { standing: next, runs: [], probe }
  }
  const recordsOn = noLater(standing.recordsOn, now + longestRetryMs)
  const wantsDelta = delta.due || (recordsOn !== null && now >= recordsOn)
  return {
    standing: { ...next, owesReconcile: false, recordsOn: wantsDelta ? null : recordsOn },
    runs: [
      ...(owesReconcile ? [{ kind: 'reconcile', trigger: 'schedule' } as const] : []),
      ...(wantsDelta ? [{ trigger: 'schedule' } as const] : []),
    ],
    probe: false,
  }
}

/** When waiting records may go: not before a gap after the run, not later than the longest wait. */
export function retryMoment(on: number | null, now: number, gapMs: number): number | null {
  return on === null ? null : Math.min(Math.max(on, now + gapMs), now + longestRetryMs)
}

/** The next moment at which a target wants something by itself; null when none comes. */
export function nextMoment(standing: Standing, asked: boolean): number | null {
  if (standing.paused) return null
  const { contact, delta, reconcile, recordsOn } = standing
  const probeOn = contact.kind === 'unreachable' && !asked ? contact.retryOn : null
  return earliest([
    delta.dueOn,
    reconcile.dueOn,
    contact.kind === 'reachable' ? recordsOn : probeOn,
  ])
}

/** When the target is asked next by itself, as people see it: a silent one is asked by its countdown. */
export function nextAsked({ contact, delta, reconcile, recordsOn, paused }: Standing) {
  if (paused) return null
  if (contact.kind === 'unreachable') return contact.retryOn
  return earliest([delta.dueOn, reconcile.dueOn, recordsOn])
}

/** When something that failed is tried again: a silent target, or records that one which answers could not take. */
export function nextRetry({ contact, recordsOn, paused }: Standing): number | null {
  if (paused) return null
  return contact.kind === 'unreachable' ? contact.retryOn : recordsOn
}

function earliest(moments: readonly (number | null)[]): number | null {
  const known = moments.filter((moment) => moment !== null)
  return known.length === 0 ? null : Math.min(...known)
}

function noLater(moment: number | null, latest: number): number | null {
  return moment === null ? null : Math.min(moment, latest)
}
