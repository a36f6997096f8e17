/** Target rows: configuration without secrets, and the few facts each run leaves behind. */
import type { PauseReason } from '../../../contract/reasons.ts'
import type { TargetConfig, TargetCounts } from '../../../contract/targets.ts'
import { ProblemError } from '../../../contract/problem.ts'
import {
  conflictRule,
  direction,
  entityNames,
  mode,
  remoteDeletion,
  type ConflictRule,
  type Direction,
  type EntityName,
  type Mode,
  type RemoteDeletion,
  type SyncErrorCode,
} from '../../../contract/words.ts'
import type { Db, TargetRow, Trx } from '../../db/schema.ts'
import { findUnfinishedRun, finishRun } from './runs.ts'
import { rows, run } from '../sql/statement.ts'
import type { Selectable } from 'kysely'

/** A configured target as the engine works with it. Times in microseconds since 1970 UTC. */
export interface Target {
  readonly id: number
  readonly name: string
  readonly adapter: string
  readonly url: string
  readonly auth: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly mode: Mode
  readonly direction: Direction
  readonly conflicts: ConflictRule
  readonly remoteDeletion: RemoteDeletion
  readonly entities: readonly EntityName[]
  readonly filter: Readonly<Record<string, unknown>> | null
  readonly mapping: TargetConfig['mapping']
  readonly mappingVersion: number
  /** Fields one side owns, by `entity.field`. */
  readonly owners: TargetConfig['owners']
  /** Sensitive fields that travel, by `entity.field`. */
  readonly sensitive: readonly string[]
  /** They are what an earlier version sent; nobody has decided about them since. */
  readonly sensitiveKept: boolean
  readonly schedule: TargetConfig['schedule']
  readonly allowInsecure: boolean
  /** Null while not paused. */
  readonly pausedReason: PauseReason | null
  readonly initialDone: boolean
  readonly lastSuccessOn: number | null
  readonly lastError: string | null
  readonly lastErrorCode: SyncErrorCode | null
  readonly clockOffsetMs: number | null
  /** The history it had at the last whole run, where it has such a thing. */
  readonly history?: string | null
}

/** The configuration part of a target. */
export type TargetSettings = Pick<
  Target,
  | 'name'
  | 'adapter'
  | 'url'
  | 'auth'
  | 'settings'
  | 'mode'
  | 'direction'
  | 'conflicts'
  | 'remoteDeletion'
  | 'entities'
  | 'filter'
  | 'mapping'
  | 'owners'
  | 'sensitive'
  | 'schedule'
  | 'allowInsecure'
>

/** What each setting chosen from a list may be. */
export const targetChoices = {
  mode: mode.options,
  direction: direction.options,
  conflicts: conflictRule.options,
  remoteDeletion: remoteDeletion.options,
} as const
type ChoiceOf<Key extends keyof typeof targetChoices> = (typeof targetChoices)[Key][number]

/** A setting that is none of its list would steer a run nobody can foresee: it is refused, not taken for another. */
function chosen<Key extends keyof typeof targetChoices>(
  row: Selectable<TargetRow>,
  key: Key,
): ChoiceOf<Key> {
  const choices: readonly ChoiceOf<Key>[] = targetChoices[key]
  const found = choices.find((choice) => choice === row[key])
  if (found !== undefined) return found
  throw new ProblemError({
    code: 'database',
    message: `The target ${row.name} is stored with the ${key} "${row[key]}", which is none of ${choices.join(', ')}: something else has changed the database.`,
    fix: 'Restore a backup with `marshal restore FILE`.',
  })
}

function fromRow(row: Selectable<TargetRow>, settings: Readonly<Record<string, unknown>>): Target {
  return {
    id: row.id,
    name: row.name,
    adapter: row.adapter,
    url: row.url,
    auth: row.auth,
    settings,
    mode: chosen(row, 'mode'),
    direction: chosen(row, 'direction'),
    conflicts: chosen(row, 'conflicts'),
    remoteDeletion: chosen(row, 'remoteDeletion'),
    entities: JSON.parse(row.entities) as EntityName[],
    filter: row.filter === null ? null : (JSON.parse(row.filter) as Record<string, unknown>),
    mapping: JSON.parse(row.mapping) as Target['mapping'],
    mappingVersion: row.mappingVersion,
    owners: JSON.parse(row.owners) as Target['owners'],
    sensitive: JSON.parse(row.sensitive) as string[],
    sensitiveKept: row.sensitiveKept > 0,
    schedule: JSON.parse(row.schedule) as Target['schedule'],
    allowInsecure: row.allowInsecure === 1,
    pausedReason: row.pausedReason === null ? null : (JSON.parse(row.pausedReason) as PauseReason),
    initialDone: row.initialDone === 1,
    lastSuccessOn: row.lastSuccessOn,
    lastError: row.lastError,
    lastErrorCode: row.lastErrorCode as SyncErrorCode | null,
    clockOffsetMs: row.clockOffsetMs,
    history: row.history,
  }
}

/** Every target, in order of creation. */
export async function listTargets(db: Db): Promise<readonly Target[]> {
  const found = await db.selectFrom('target').selectAll().orderBy('id').execute()
  const settings = await db.selectFrom('target_setting').selectAll().execute()
  return found.map((row) =>
    fromRow(
      row,
      Object.fromEntries(
        settings
          .filter((setting) => setting.targetId === row.id)
          .map((setting) => [setting.key, JSON.parse(setting.value) as unknown]),
      ),
    ),
  )
}

/** Every target's name, also where its settings cannot be read. */
export async function listTargetNames(db: Db): Promise<readonly string[]> {
  const found = await db.selectFrom('target').select('name').orderBy('id').execute()
  return found.map(({ name }) => name)
}

/** One target by name, undefined when there is none. */
export async function findTarget(db: Db, name: string): Promise<Target | undefined> {
  return (await listTargets(db)).find((target) => target.name === name)
}

function toRow(settings: TargetSettings) {
  return {
    name: settings.name,
    adapter: settings.adapter,
    url: settings.url,
    auth: settings.auth,
    mode: settings.mode,
    direction: settings.direction,
    conflicts: settings.conflicts,
    remoteDeletion: settings.remoteDeletion,
    entities: JSON.stringify(settings.entities),
    filter: settings.filter === null ? null : JSON.stringify(settings.filter),
    mapping: JSON.stringify(settings.mapping),
    owners: JSON.stringify(settings.owners),
    sensitive: JSON.stringify(settings.sensitive),
    schedule: JSON.stringify(settings.schedule),
    allowInsecure: settings.allowInsecure ? 1 : 0,
  }
}

/** Adds a target; its scope and sync records are the caller's next step. Answers its id. */
export async function insertTarget(
  trx: Trx,
  settings: TargetSettings,
  now: number,
): Promise<number> {
  const { id } = await trx
    .insertInto('target')
    .values({
      ...toRow(settings),
      pausedReason: null,
      lastSuccessOn: null,
      lastError: null,
      lastErrorCode: null,
      clockOffsetMs: null,
      createdOn: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await writeSettings(trx, id, settings.settings)
  return id
}

/** Changes a target's configuration. A changed mapping gets a new version, so that records are compared again. */
export async function updateTarget(
  trx: Trx,
  target: Target,
  settings: TargetSettings,
): Promise<void> {
  const remapped = JSON.stringify(target.mapping) !== JSON.stringify(settings.mapping)
  await trx
    .updateTable('target')
    .set({ ...toRow(settings), mappingVersion: target.mappingVersion + (remapped ? 1 : 0) })
    .where('id', '=', target.id)
    .execute()
  await trx.deleteFrom('target_setting').where('targetId', '=', target.id).execute()
  await writeSettings(trx, target.id, settings.settings)
}

async function writeSettings(
  trx: Trx,
  targetId: number,
  settings: Readonly<Record<string, unknown>>,
): Promise<void> {
  const values = Object.entries(settings)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({ targetId, key, value: JSON.stringify(value) }))
  if (values.length > 0) await trx.insertInto('target_setting').values(values).execute()
}

/** Removes a target with everything Marshal knew of it. Nothing is deleted remotely. */
export async function deleteTarget(db: Db, targetId: number): Promise<void> {
  await db.deleteFrom('target').where('id', '=', targetId).execute()
}

/**
 * Forgets all that is known of what a target has, as if it had been added just now: it is another system that answers
 * from now on. Its runs stay in the history; one that was cut short is not taken up, as what it had listed was there.
 * `writeScope` and `fillScope` have to follow.
 * @param now microseconds
 */
export async function forgetRecordsAt(trx: Trx, targetId: number, now: number): Promise<void> {
  const unfinished = await findUnfinishedRun(trx, targetId)
  if (unfinished) await finishRun(trx, unfinished.id, 'cancelled', now)
  const tables = [
    'delivery',
    'conflict',
    'inbox',
    'cursor',
    'listing_seen',
    'webhook_delivery',
    'wanted_record',
    'sync_record',
    'target_scope',
  ] as const
  for (const table of tables) await trx.deleteFrom(table).where('targetId', '=', targetId).execute()
  await noteTarget(trx, targetId, {
    initialDone: 0,
    lastSuccessOn: null,
    lastError: null,
    lastErrorCode: null,
    clockOffsetMs: null,
  })
}

/** Facts a run leaves on its target. */
export type TargetFacts = Partial<
  Pick<TargetRow, 'lastSuccessOn' | 'lastError' | 'lastErrorCode' | 'clockOffsetMs'> & {
    history: string
    url: string
    pausedReason: PauseReason | null
    initialDone: number
    sensitiveKept: number
  }
>

export async function noteTarget(db: Db, targetId: number, facts: TargetFacts): Promise<void> {
  // A cancelled run leaves nothing to note, and SQL knows no update of nothing.
  if (Object.keys(facts).length === 0) return
  const { pausedReason, ...plain } = facts
  const paused = pausedReason ? JSON.stringify(pausedReason) : pausedReason
  const row = { ...plain, ...(paused === undefined ? {} : { pausedReason: paused }) }
  await db.updateTable('target').set(row).where('id', '=', targetId).execute()
}

/** The kept counters of every target, by target id. */
export async function readCounts(db: Db): Promise<ReadonlyMap<number, TargetCounts>> {
  const found = await rows<{ targetId: number; name: keyof TargetCounts; value: number }>(
    db,
    `SELECT targetId, name, value FROM counter WHERE targetId > 0`,
  )
  const counts = new Map<number, TargetCounts>()
  for (const { targetId, name, value } of found) {
    const of = counts.get(targetId) ?? {
      pending: 0,
      held: 0,
      failed: 0,
      conflicts: 0,
      unmatched: 0,
    }
    counts.set(targetId, { ...of, [name]: value })
  }
  return counts
}

/** Live records per entity, zero where there never was one. */
export async function readRecordCounts(db: Db): Promise<Readonly<Record<EntityName, number>>> {
  const found = await rows<{ name: EntityName; value: number }>(
    db,
    `SELECT name, value FROM counter WHERE targetId = 0`,
  )
  const counts = new Map(found.map(({ name, value }) => [name, value]))
  return Object.fromEntries(entityNames.map((name) => [name, counts.get(name) ?? 0])) as Record<
    EntityName,
    number
  >
}

/** What is taken, and who takes it. */
export interface Lease {
  readonly name: string
  readonly owner: string
}

/**
 * Takes or renews a lease for its owner; false while somebody else holds one that has not run out. One that would run
 * longer than any is given out for is from before the clock was set back.
 * @param forMicros how long it is given out for
 */
export async function takeLease(
  db: Db,
  { name, owner }: Lease,
  now: number,
  forMicros: number,
): Promise<boolean> {
  const changed = await run(
    db,
    `INSERT INTO lease (name, owner, until) VALUES (?1, ?2, ?3)
     ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
     WHERE owner = excluded.owner OR until < ?4 OR until > excluded.until`,
    name,
    owner,
    now + forMicros,
    now,
  )
  return changed > 0
}

export async function releaseLease(db: Db, { name, owner }: Lease): Promise<void> {
  await db.deleteFrom('lease').where('name', '=', name).where('owner', '=', owner).execute()
}

/** Frees every lease. Only for the start: one process owns a data folder, so whoever held them is gone. */
export async function dropLeases(db: Db): Promise<void> {
  await db.deleteFrom('lease').execute()
}
