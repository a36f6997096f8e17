/** Which targets hear of which entities, and the sync records that follow from it. */
import type { EntityName } from '../../../contract/words.ts'
import type { Db, Trx } from '../../db/schema.ts'
import { entities } from '../../model/entities.ts'
import type { PartStep } from '../../model/part-path.ts'
import { add, firstEvent, move } from './move-records.ts'
import { rows, run, value } from '../sql/statement.ts'

export interface ScopeEntry {
  readonly entity: EntityName
  readonly outbound: boolean
  readonly inbound: boolean
  /** State of the sync record of a record that is new here: `linked` to be sent, `unmatched` for the review list. */
  readonly firstState: 'linked' | 'unmatched'
  /** Parts of its bodies, and how each leads to it. */
  readonly parts?: readonly PartOfBody[]
}

/** A record that another one's body says at a target. */
export interface PartOfBody {
  /** From the part up to the root, see `PartStep`. */
  readonly path: readonly PartStep[]
  /** It comes into being there with the root, and is edited by itself from then on. */
  readonly isMade: boolean
}

/**
 * Replaces the scope of a target. Records that leave the scope and that the target has are kept at rest: when they come
 * back into scope, they are not made there a second time.
 * The caller calls `fillScope` next; until then the target is noted as unfilled.
 * @returns entities that were only received and are sent from now on. Nothing says which of their records the target
 *   lacks, so the caller calls `markDueAgain` for them.
 */
export async function writeScope(
  trx: Trx,
  targetId: number,
  scope: readonly ScopeEntry[],
): Promise<readonly EntityName[]> {
  const former = new Map(
    (
      await trx.selectFrom('target_scope').selectAll().where('targetId', '=', targetId).execute()
    ).map((row) => [row.entity as EntityName, row]),
  )
  await trx.deleteFrom('target_scope').where('targetId', '=', targetId).execute()
  if (scope.length > 0) {
    await trx
      .insertInto('target_scope')
      .values(
        scope.map((entry) => ({
          entity: entry.entity,
          targetId,
          outbound: entry.outbound ? 1 : 0,
          inbound: entry.inbound ? 1 : 0,
          firstState: entry.firstState,
          // What was not sent before has to be looked at first.
          certain: former.get(entry.entity)?.outbound === 1 ? former.get(entry.entity)!.certain : 0,
        })),
      )
      .execute()
  }
  await writeParts(trx, targetId, scope)
  await run(
    trx,
    `INSERT INTO setting (key, value) VALUES ('${unfilled}' || ?, 'true') ON CONFLICT DO NOTHING`,
    targetId,
  )
  const inScope = JSON.stringify(scope.map((entry) => entry.entity))
  await run(
    trx,
    `DELETE FROM sync_record WHERE targetId = ?1 AND entity NOT IN (SELECT value FROM json_each(?2))
       AND (remoteId IS NULL OR recordId IS NULL)
       -- What may be under way is looked up first; its row number must stay its own until then.
       AND NOT EXISTS (SELECT 1 FROM delivery AS d WHERE d.syncRecordNo = sync_record.rowNo AND d.targetId = ?1)`,
    targetId,
    inScope,
  )
  // What is only received from now on waits for nothing any more.
  await move(
    trx,
    'onlyReceived',
    {
      set: { entitySyncedOn: 'max(entitySyncedOn, entityModifiedOn)', partModifiedOn: '0' },
      where: `targetId = ?1 AND recordId IS NOT NULL AND entity IN (SELECT value FROM json_each(?2))
        AND (entityModifiedOn > entitySyncedOn OR state IN ('held', 'retry', 'failed'))`,
    },
    targetId,
    JSON.stringify(scope.filter((entry) => !entry.outbound).map((entry) => entry.entity)),
  )
  await move(
    trx,
    'scopeLeft',
    { where: `targetId = ?1 AND entity NOT IN (SELECT value FROM json_each(?2))` },
    targetId,
    inScope,
  )
  for (const state of ['linked', 'unmatched'] as const) {
    const turned = scope.filter(({ entity, firstState }) => {
      const before = former.get(entity)
      return before && before.firstState !== firstState && firstState === state
    })
    if (turned.length > 0) await turnNeverSent(trx, targetId, state, turned)
  }
  return scope.flatMap(({ entity, outbound }) =>
    outbound && former.get(entity)?.outbound === 0 ? [entity] : [],
  )
}

/**
 * Puts what the target never had where new records go now: into the review list, or out of it to be sent. What it had
 * once, and what may be under way, stays.
 */
async function turnNeverSent(
  trx: Trx,
  targetId: number,
  state: ScopeEntry['firstState'],
  scope: readonly ScopeEntry[],
): Promise<void> {
  await move(
    trx,
    state === 'linked' ? 'fromReview' : 'toReview',
    {
      where: `targetId = ?1 AND entity IN (SELECT value FROM json_each(?2))
        AND recordId IS NOT NULL AND remoteId IS NULL AND recordDeleted = 0
        AND remoteSyncedOn = 0 AND entitySyncedOn = -1
        AND NOT EXISTS (SELECT 1 FROM delivery AS d WHERE d.syncRecordNo = sync_record.rowNo AND d.targetId = ?1)`,
    },
    targetId,
    JSON.stringify(scope.map(({ entity }) => entity)),
  )
}

/** Notes what the bodies of a target repeat, so that the one writer can tell it of a change. */
async function writeParts(trx: Trx, targetId: number, scope: readonly ScopeEntry[]): Promise<void> {
  await trx.deleteFrom('body_part').where('targetId', '=', targetId).execute()
  const parts = scope.flatMap(({ entity, outbound, parts: own = [] }) =>
    own.flatMap(({ path, isMade }) =>
      outbound
        ? [
            {
              changed: isMade ? entity : path[0]!.part,
              root: entity,
              path: JSON.stringify(path),
              targetId,
              isMade: isMade ? 1 : 0,
            },
          ]
        : [],
    ),
  )
  if (parts.length > 0) await trx.insertInto('body_part').values(parts).execute()
}

const pageRows = 5_000

/** Settings under this name and the id of a target: its scope was written, and not all of its records know of it yet. */
const unfilled = 'unfilledScope:'

/** Completes what was cut short after a scope was written. For the start, before anything runs. */
export async function fillUnfilled(db: Db): Promise<void> {
  const found = await rows<{ targetId: number }>(
    db,
    `SELECT CAST(substr(key, ${unfilled.length + 1}) AS INTEGER) AS targetId FROM setting
     WHERE key >= '${unfilled}' AND key < '${unfilled}~'`,
  )
  for (const { targetId } of found) await fillScope(db, targetId)
}

/** Gives the records in scope of a target their sync records. Safe to repeat. */
export async function fillScope(db: Db, targetId: number): Promise<void> {
  const scope = await db
    .selectFrom('target_scope')
    .selectAll()
    .where('targetId', '=', targetId)
    .where('outbound', '=', 1)
    .execute()
  for (const { entity, firstState } of scope) {
    await fillEntity(db, targetId, entity as EntityName, firstState as ScopeEntry['firstState'])
  }
  await db.deleteFrom('setting').where('key', '=', `${unfilled}${targetId}`).execute()
}

/**
 * Gives every live record of an entity a sync record for the target, where it has none, and takes up those at rest, or
 * not told of changes, with what became of their records meanwhile. A page of rows at a time, so that the Desk never
 * waits long.
 */
async function fillEntity(
  db: Db,
  targetId: number,
  entity: EntityName,
  firstState: ScopeEntry['firstState'],
): Promise<void> {
  const { table } = entities[entity]
  const last =
    (await value<number>(db, `SELECT coalesce(max(rowNo), 0) AS value FROM ${table}`)) ?? 0
  for (let from = 0; from < last; from += pageRows) {
    await add(
      db,
      [firstEvent(firstState)],
      {
        values: {
          targetId: '?1',
          entity: '?2',
          recordId: 'r.id',
          entityModifiedOn: 'r.modifiedOn',
        },
        from: `${table} AS r WHERE r.rowNo > ?3 AND r.rowNo <= ?4 AND r.deletedOn IS NULL`,
        unlessThere: true,
      },
      targetId,
      entity,
      from,
      from + pageRows,
    )
    // The plus keeps SQLite from walking, for each page, everything the target has by its remote ids.
    await move(
      db,
      'scopeEntered',
      {
        set: { entityModifiedOn: 'r.modifiedOn', recordDeleted: 'r.deletedOn IS NOT NULL' },
        from: `${table} AS r`,
        where: `r.rowNo > ?2 AND r.rowNo <= ?3 AND sync_record.recordId = r.id
          AND sync_record.targetId = ?1 AND +sync_record.remoteId IS NOT NULL
          AND (sync_record.state = 'ignored' OR sync_record.entityModifiedOn < r.modifiedOn)`,
      },
      targetId,
      from,
      from + pageRows,
    )
  }
}

/** Marks everything in scope due again (after a filter, mapping or scope change, or by `force`). One statement. */
export async function markDueAgain(
  db: Db,
  targetId: number,
  scope: readonly EntityName[],
): Promise<void> {
  await move(
    db,
    'sentAgain',
    {
      set: { entitySyncedOn: '-1' },
      where: `targetId = ?1 AND recordId IS NOT NULL AND entity IN (SELECT value FROM json_each(?2))
        AND NOT (recordDeleted = 1 AND remoteId IS NULL)`,
    },
    targetId,
    JSON.stringify(scope),
  )
}

/** Marks chosen records in scope due again, out of the review list if need be. Answers how many. */
export async function markRecordsDueAgain(
  db: Db,
  targetId: number,
  scope: readonly EntityName[],
  recordIds: readonly string[],
): Promise<number> {
  return move(
    db,
    'chosen',
    {
      set: { entitySyncedOn: '-1' },
      where: `targetId = ?1 AND recordId IN (SELECT value FROM json_each(?2))
        AND entity IN (SELECT value FROM json_each(?3))`,
    },
    targetId,
    JSON.stringify(recordIds),
    JSON.stringify(scope),
  )
}
