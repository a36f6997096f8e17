/** Is this computer ready for race day? One line for each thing to look at, as a closed code with its facts. */
import { z } from 'zod'

/** `unknown`: it cannot be told here, and does not count against being ready. */
export const readinessLight = z.enum(['green', 'amber', 'red', 'unknown'])
export type ReadinessLight = z.infer<typeof readinessLight>

/** What a line is about, in the order of the page. */
export const readinessSubjects = [
  'entrants',
  'bibs',
  'tags',
  'startGroups',
  'doubles',
  'targets',
  'queue',
  'conflicts',
  'webhooks',
  'backup',
  'lock',
  'computer',
  'people',
] as const
export const readinessSubject = z.enum(readinessSubjects)
export type ReadinessSubject = z.infer<typeof readinessSubject>

/**
 * What a line says. Facts of each:
 * - `entrants-some` count, of (checked in) · `entrants-none`
 * - `bibs-all` count · `bibs-missing` count of · `bibs-alike` count (bibs that differ by leading zeros alone)
 * - `tags-all` count · `tags-missing` count (with a tag) of
 * - `groups-all` count · `groups-missing` count of
 * - `doubles-none` · `doubles-open` count
 * - `target-fresh`, `target-old` target on · `target-never`, `target-paused`, `target-refused` target
 * - `target-stopped` (everything is paused), `target-unfinished` (nobody has finished setting it up) target
 * - `queue-empty` · `queue-pending`, `queue-held`, `queue-failed` count
 * - `conflicts-none` · `conflicts-open`, `matches-open` count
 * - `webhook-received` target on · `webhook-never` target
 * - `backup-fresh`, `backup-old` on · `backup-none`
 * - `restore-tested`, `restore-old` on · `restore-failed` on · `restore-never`
 * - `clock-right`, `clock-off` seconds target · `clock-unknown`
 * - `disk-enough`, `disk-low`, `disk-full` bytes · `disk-unknown`
 * - `battery-plugged`, `battery-enough`, `battery-low` percent · `battery-none` · `battery-unknown`
 * - `device-named` name · `device-unnamed` · `people-seen` names count · `people-none`
 * - `lock-on`, `lock-off` on (when the event begins)
 * - `storage-lost`: nothing can be saved now
 */
export const readinessCodes = [
  'entrants-some',
  'entrants-none',
  'bibs-all',
  'bibs-missing',
  'bibs-alike',
  'tags-all',
  'tags-missing',
  'groups-all',
  'groups-missing',
  'doubles-none',
  'doubles-open',
  'target-fresh',
  'target-old',
  'target-never',
  'target-paused',
  'target-refused',
  'target-stopped',
  'target-unfinished',
  'queue-empty',
  'queue-pending',
  'queue-held',
  'queue-failed',
  'conflicts-none',
  'conflicts-open',
  'matches-open',
  'webhook-received',
  'webhook-never',
  'backup-fresh',
  'backup-old',
  'backup-none',
  'restore-tested',
  'restore-old',
  'restore-failed',
  'restore-never',
  'clock-right',
  'clock-off',
  'clock-unknown',
  'disk-enough',
  'disk-low',
  'disk-full',
  'disk-unknown',
  'battery-plugged',
  'battery-enough',
  'battery-low',
  'battery-none',
  'battery-unknown',
  'device-named',
  'device-unnamed',
  'people-seen',
  'people-none',
  'lock-on',
  'lock-off',
  'storage-lost',
] as const
export const readinessCode = z.enum(readinessCodes)
export type ReadinessCode = z.infer<typeof readinessCode>

const count = z.number().int()

export const readinessLine = z.object({
  subject: readinessSubject,
  light: readinessLight,
  code: readinessCode,
  count: count.optional(),
  of: count.optional(),
  bytes: z.number().optional(),
  percent: count.optional(),
  seconds: count.optional(),
  /** ISO 8601 UTC. */
  on: z.string().optional(),
  target: z.string().optional(),
  name: z.string().optional(),
  names: z.array(z.string()).optional(),
})
export type ReadinessLine = z.infer<typeof readinessLine>

export const readinessReport = z.object({
  /** The event the lines about entrants speak of; null where there is none. */
  event: z.object({ id: z.string(), name: z.string() }).nullable(),
  /** The worst of all lines; `green` where nothing is known to be wrong. */
  light: readinessLight.exclude(['unknown']),
  lines: z.array(readinessLine),
  /** When it was looked at, ISO 8601 UTC. */
  on: z.string(),
})
export type ReadinessReport = z.infer<typeof readinessReport>

/** Where something about a line can be done: a page of the window, and a command. */
export interface ReadinessFix {
  readonly page: 'desk' | 'sync' | 'targets' | 'attention' | 'data' | 'import' | 'settings'
  /** Null where only the window can do it. */
  readonly command: string | null
}

const fixes: Readonly<Record<ReadinessSubject, ReadinessFix | null>> = {
  entrants: { page: 'import', command: 'marshal import FILE --event NAME' },
  bibs: { page: 'data', command: 'marshal export entrant --out FILE' },
  tags: { page: 'desk', command: 'marshal export entrant --out FILE' },
  startGroups: { page: 'data', command: 'marshal export entrant --out FILE' },
  doubles: { page: 'attention', command: 'marshal doubles list' },
  targets: { page: 'sync', command: 'marshal sync' },
  queue: { page: 'attention', command: 'marshal failures list' },
  conflicts: { page: 'attention', command: 'marshal conflicts list' },
  webhooks: { page: 'settings', command: 'marshal target list' },
  backup: { page: 'settings', command: 'marshal backup' },
  lock: { page: 'settings', command: 'marshal event-lock --until DAY' },
  computer: null,
  people: { page: 'settings', command: null },
}

/** Where the cause asks for something else than its subject does. `NAME` stands for the target of the line. */
const fixesOfCause: Readonly<Partial<Record<ReadinessCode, ReadinessFix>>> = {
  'target-paused': { page: 'sync', command: 'marshal target resume NAME' },
  'target-refused': { page: 'targets', command: 'marshal target test NAME' },
  'target-stopped': { page: 'settings', command: null },
  'target-unfinished': { page: 'targets', command: null },
  'target-never': { page: 'sync', command: 'marshal sync NAME' },
  'target-old': { page: 'sync', command: 'marshal sync NAME' },
  'queue-pending': { page: 'sync', command: 'marshal sync' },
  'queue-held': { page: 'attention', command: 'marshal matches list' },
  'matches-open': { page: 'attention', command: 'marshal matches list' },
  'restore-old': { page: 'settings', command: 'marshal backups --test' },
  'restore-never': { page: 'settings', command: 'marshal backups --test' },
}

/** What to do about a line; null where nothing needs doing, or Marshal cannot do it. Pure. */
export function readinessFix({ subject, light, code, target }: ReadinessLine): ReadinessFix | null {
  if (light !== 'amber' && light !== 'red') return null
  const fix = fixesOfCause[code] ?? fixes[subject]
  if (fix === null || target === undefined) return fix
  return { ...fix, command: fix.command?.replace('NAME', () => quoted(target)) ?? null }
}

/** As it is typed in a terminal. */
const quoted = (name: string) => (/^[\w.-]+$/.test(name) ? name : `"${name}"`)
