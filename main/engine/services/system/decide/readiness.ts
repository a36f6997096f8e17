/** What stands between this computer and race day: from what is known, one line for each thing to look at. Pure. */
import type { ReadinessLine, ReadinessReport } from '../../../../contract/readiness.ts'
import type { PauseReason } from '../../../../contract/reasons.ts'

/** Counts of one event's live entrants, those who withdrew left out. */
export interface EntrantCounts {
  readonly entrants: number
  readonly checkedIn: number
  readonly withBib: number
  /** Wear a bib that somebody else has too but for the zeros before it. */
  readonly alikeBibs: number
  readonly withTag: number
  readonly withGroup: number
}

export interface TargetFacts {
  readonly name: string
  /** Milliseconds since 1970 UTC; null: never. */
  readonly lastSuccessOn: number | null
  readonly paused: PauseReason['code'] | null
  /** Remote clock minus ours, milliseconds; null: not measured. */
  readonly clockOffsetMs: number | null
  readonly pending: number
  readonly held: number
  readonly failed: number
  readonly conflicts: number
}

/** `null` of the whole: the host cannot tell. Percent null: only this is not known. */
export type BatteryFacts = {
  readonly present: boolean
  readonly plugged: boolean
  readonly percent: number | null
} | null

/** Times in milliseconds since 1970 UTC, sizes in bytes. */
export interface ReadinessFacts {
  readonly now: number
  /** Null: there is no event. */
  readonly event: EntrantCounts | null
  /** The event has start groups at all. */
  readonly hasGroups: boolean
  /** Milliseconds since 1970 UTC; null where the event has no date. */
  readonly eventOn: number | null
  readonly locked: boolean
  readonly doubles: number
  readonly matches: number
  readonly targets: readonly TargetFacts[]
  /** Targets that can call, and when the last call of each was taken in. */
  readonly webhooks: readonly { readonly target: string; readonly lastOn: number | null }[]
  readonly backupOn: number | null
  readonly restoreTest: { readonly on: number; readonly ok: boolean } | null
  readonly diskFree: number | null
  readonly databaseBytes: number
  readonly battery: BatteryFacts
  readonly deviceName: string
  /** Who worked here lately, newest first. */
  readonly people: readonly string[]
  /** Nothing can be saved: the database file was taken away or replaced. */
  readonly storageLost: boolean
}

const hour = 60 * 60_000
/** A target that answered longer ago than this has old data. */
const freshMs = hour
/** A day, and what the daily backup may be late. */
const backupMs = 26 * hour
const restoreTestMs = 7 * 24 * hour
/** How near an event is before nothing should change any more. */
const nearMs = 3 * 24 * hour
/** From here on people notice that two clocks differ. */
const clockMs = 2_000
/** Room a day needs: copies of the database, and its growth. */
const roomFor = 3
const lowDisk = 2e9
const fullDisk = 2e8
/** Percent of a battery that are plenty, and that are not enough. */
const battery = { plenty: 50, low: 20 } as const
const namesShown = 8

/** Every line, in the order of the page. */
export function readinessLines(facts: ReadinessFacts): readonly ReadinessLine[] {
  return [
    ...(facts.storageLost ? [line('computer', 'red', 'storage-lost')] : []),
    ...entrantLines(facts),
    line('doubles', ...some(facts.doubles, 'doubles-none', 'doubles-open')),
    ...facts.targets
      .filter(({ paused }) => paused !== 'removing')
      .map((target) => targetLine(target, facts.now)),
    ...(facts.targets.length > 0 ? waitingLines(facts) : []),
    ...facts.webhooks.map(webhookLine),
    ...backupLines(facts),
    ...lockLines(facts),
    ...clockLines(facts.targets),
    diskLine(facts),
    batteryLine(facts.battery),
    ...peopleLines(facts),
  ].map((one) => (one.count === 0 && one.of === undefined ? withoutCount(one) : one))
}

/** The worst light; what is not known does not count. */
export function worstLight(lines: readonly ReadinessLine[]): ReadinessReport['light'] {
  return (
    (['red', 'amber'] as const).find((light) => lines.some((l) => l.light === light)) ?? 'green'
  )
}

type Facts = Omit<ReadinessLine, 'subject' | 'light' | 'code'>

function line(
  subject: ReadinessLine['subject'],
  light: ReadinessLine['light'],
  code: ReadinessLine['code'],
  facts: Facts = {},
): ReadinessLine {
  return { subject, light, code, ...facts }
}

/** Green for none, amber with the count for some. */
function some(
  count: number,
  none: ReadinessLine['code'],
  open: ReadinessLine['code'],
): readonly [ReadinessLine['light'], ReadinessLine['code'], Facts] {
  return count === 0 ? ['green', none, {}] : ['amber', open, { count }]
}

const withoutCount = ({ count: _, ...rest }: ReadinessLine): ReadinessLine => rest

function entrantLines({ event, hasGroups }: ReadinessFacts): readonly ReadinessLine[] {
  if (event === null || event.entrants === 0) return [line('entrants', 'amber', 'entrants-none')]
  const { entrants: of } = event
  const share = (
    subject: ReadinessLine['subject'],
    count: number,
    codes: readonly [all: ReadinessLine['code'], missing: ReadinessLine['code']],
  ) =>
    count === of
      ? line(subject, 'green', codes[0], { count })
      : line(subject, 'amber', codes[1], { count, of })
  return [
    line('entrants', 'green', 'entrants-some', { count: of, of: event.checkedIn }),
    share('bibs', event.withBib, ['bibs-all', 'bibs-missing']),
    ...(event.alikeBibs > 0 ? [line('bibs', 'red', 'bibs-alike', { count: event.alikeBibs })] : []),
    share('tags', event.withTag, ['tags-all', 'tags-missing']),
    ...(hasGroups ? [share('startGroups', event.withGroup, ['groups-all', 'groups-missing'])] : []),
  ]
}

function targetLine({ name: target, lastSuccessOn, paused }: TargetFacts, now: number) {
  if (paused === 'sign-in') return line('targets', 'red', 'target-refused', { target })
  if (paused === 'all') return line('targets', 'amber', 'target-stopped', { target })
  if (paused === 'set-up') return line('targets', 'amber', 'target-unfinished', { target })
  if (paused !== null) return line('targets', 'amber', 'target-paused', { target })
  if (lastSuccessOn === null) return line('targets', 'red', 'target-never', { target })
  const facts = { target, on: iso(lastSuccessOn) }
  return isWithin(lastSuccessOn, now, freshMs)
    ? line('targets', 'green', 'target-fresh', facts)
    : line('targets', 'amber', 'target-old', facts)
}

function waitingLines({ targets, matches }: ReadinessFacts): readonly ReadinessLine[] {
  const sum = (of: (target: TargetFacts) => number) =>
    targets.reduce((total, target) => total + of(target), 0)
  const failed = sum((target) => target.failed)
  const held = sum((target) => target.held)
  const pending = sum((target) => target.pending)
  const conflicts = sum((target) => target.conflicts)
  return [
    ...(failed > 0 ? [line('queue', 'red', 'queue-failed', { count: failed })] : []),
    ...(held > 0 ? [line('queue', 'amber', 'queue-held', { count: held })] : []),
    ...(pending > 0 ? [line('queue', 'amber', 'queue-pending', { count: pending })] : []),
    ...(failed + held + pending === 0 ? [line('queue', 'green', 'queue-empty')] : []),
    line('conflicts', ...some(conflicts, 'conflicts-none', 'conflicts-open')),
    ...(matches > 0 ? [line('conflicts', 'amber', 'matches-open', { count: matches })] : []),
  ]
}

/** Only a call that came proves that calls can come; that none came proves nothing. */
function webhookLine({ target, lastOn }: ReadinessFacts['webhooks'][number]): ReadinessLine {
  return lastOn === null
    ? line('webhooks', 'unknown', 'webhook-never', { target })
    : line('webhooks', 'green', 'webhook-received', { target, on: iso(lastOn) })
}

function backupLines({ now, backupOn, restoreTest }: ReadinessFacts): readonly ReadinessLine[] {
  if (backupOn === null) return [line('backup', 'red', 'backup-none')]
  const made = isWithin(backupOn, now, backupMs)
    ? line('backup', 'green', 'backup-fresh', { on: iso(backupOn) })
    : line('backup', 'amber', 'backup-old', { on: iso(backupOn) })
  if (restoreTest === null) return [made, line('backup', 'amber', 'restore-never')]
  const on = iso(restoreTest.on)
  if (!restoreTest.ok) return [made, line('backup', 'red', 'restore-failed', { on })]
  return isWithin(restoreTest.on, now, restoreTestMs)
    ? [made, line('backup', 'green', 'restore-tested', { on })]
    : [made, line('backup', 'amber', 'restore-old', { on })]
}

/** Said once the event is near; before that an update does no harm. */
function lockLines({ now, eventOn, locked }: ReadinessFacts): readonly ReadinessLine[] {
  if (locked) return [line('lock', 'green', 'lock-on')]
  const isNear = eventOn !== null && Math.abs(eventOn - now) <= nearMs
  return isNear ? [line('lock', 'amber', 'lock-off')] : []
}

/** The target whose clock is farthest from ours speaks for all. */
function clockLines(targets: readonly TargetFacts[]): readonly ReadinessLine[] {
  if (targets.length === 0) return []
  const [farthest] = targets
    .flatMap(({ name, clockOffsetMs }) =>
      clockOffsetMs === null ? [] : [{ target: name, ms: Math.abs(clockOffsetMs) }],
    )
    .toSorted((a, b) => b.ms - a.ms)
  if (!farthest) return [line('computer', 'unknown', 'clock-unknown')]
  if (farthest.ms <= clockMs) return [line('computer', 'green', 'clock-right')]
  const seconds = Math.round(farthest.ms / 1000)
  return [line('computer', 'amber', 'clock-off', { seconds, target: farthest.target })]
}

function diskLine({ diskFree: bytes, databaseBytes }: ReadinessFacts): ReadinessLine {
  if (bytes === null) return line('computer', 'unknown', 'disk-unknown')
  if (bytes < Math.max(fullDisk, databaseBytes * roomFor))
    return line('computer', 'red', 'disk-full', { bytes })
  return bytes < lowDisk
    ? line('computer', 'amber', 'disk-low', { bytes })
    : line('computer', 'green', 'disk-enough', { bytes })
}

function batteryLine(known: BatteryFacts): ReadinessLine {
  if (known === null) return line('computer', 'unknown', 'battery-unknown')
  if (!known.present) return line('computer', 'green', 'battery-none')
  const { plugged, percent } = known
  const facts = percent === null ? {} : { percent }
  if (plugged) return line('computer', 'green', 'battery-plugged', facts)
  if (percent !== null && percent >= battery.plenty)
    return line('computer', 'green', 'battery-enough', facts)
  const isLow = percent !== null && percent < battery.low
  return line('computer', isLow ? 'red' : 'amber', 'battery-low', facts)
}

function peopleLines({ deviceName: name, people }: ReadinessFacts): readonly ReadinessLine[] {
  return [
    name === ''
      ? line('people', 'amber', 'device-unnamed')
      : line('people', 'green', 'device-named', { name }),
    people.length === 0
      ? line('people', 'unknown', 'people-none')
      : line('people', 'green', 'people-seen', {
          count: people.length,
          names: people.slice(0, namesShown),
        }),
  ]
}

/** A time in the future is from before the clock was set back: not old. */
const isWithin = (then: number, now: number, ms: number) => now - then <= ms
const iso = (ms: number) => new Date(ms).toISOString()
