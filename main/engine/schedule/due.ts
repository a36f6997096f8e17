/**
 * When a scheduled run is due. Pure: times go in and come out as milliseconds since 1970 UTC; patterns are read in
 * local time. The clock may jump either way: a missed moment is made up for once, and a moment is never further away
 * than the pattern puts it.
 */
import { Cron } from 'croner'

/** Five fields, or six with seconds in front, or a nickname like `@daily`. */
const shape = /^(?:@[a-z]+|\S+(?:\s+\S+){4,5})$/i

/** A clock set back by less than this does not make the same moment come twice. */
const smallStepMs = 60_000

const read = (pattern: string, timezone?: string) =>
  new Cron(pattern, {
    mode: '5-or-6-parts',
    paused: true,
    ...(timezone === undefined ? {} : { timezone }),
  })

/** Why a cron pattern cannot be used, as words that follow its name; null when it can. */
export function checkPattern(pattern: string): string | null {
  const text = pattern.trim()
  if (!shape.test(text)) {
    return 'a schedule has five parts: minute, hour, day of month, month, day of week, like "*/5 * * * *"'
  }
  try {
    return read(text).nextRun(new Date(0)) === null ? 'this moment never comes' : null
  } catch (error) {
    const reason =
      error instanceof Error ? error.message.replace(/^CronPattern: /, '') : 'unreadable'
    return `${reason}; write minute, hour, day of month, month, day of week, like "*/5 * * * *"`
  }
}

/**
 * The first moment of a pattern after a time; null when there is none, or for a pattern that `checkPattern` refuses.
 * @param after milliseconds since 1970 UTC
 * @param timezone IANA name; local time when left out
 */
export function nextDue(pattern: string, after: number, timezone?: string): number | null {
  if (!shape.test(pattern.trim()) || !Number.isFinite(after)) return null
  try {
    const next = read(pattern.trim(), timezone).nextRun(new Date(after))?.getTime() ?? null
    return next !== null && next > after ? next : null
  } catch {
    return null
  }
}

/** Where a schedule stands. */
export interface Tick {
  /** The moment waited for, null when none comes. */
  readonly dueOn: number | null
  /** The moment served last, null before the first. */
  readonly served: number | null
}

/** A schedule seen for the first time: its next moment. What was missed while Marshal was not running stays missed. */
export function firstTick(pattern: string | null, now: number): Tick {
  return { dueOn: pattern === null ? null : nextDue(pattern, now), served: null }
}

/**
 * Looks at a schedule at a time. Due means run once, however many moments have passed, and wait for the next one from
 * now on. Not due means wait for the next one from now on too: after the clock was set back that is nearer than the one
 * waited for so far.
 */
export function moveTick(
  pattern: string | null,
  tick: Tick,
  now: number,
): { readonly due: boolean; readonly tick: Tick } {
  if (pattern === null) return { due: false, tick: { dueOn: null, served: null } }
  const due = tick.dueOn !== null && now >= tick.dueOn
  const served = due ? tick.dueOn : tick.served
  const next = nextDue(pattern, now)
  const twice = next !== null && next === served && next - now < smallStepMs
  return { due, tick: { dueOn: twice ? nextDue(pattern, next) : next, served } }
}
