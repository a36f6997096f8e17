/** Records on either side that only a person can link, send or leave where they are. */
import type { MatchKind } from '../../../contract/conflicts.ts'
import type { EntityName } from '../../../contract/words.ts'
import type { Db, Trx } from '../../db/schema.ts'
import { move } from '../links/move-records.ts'
import { jsonPage, value } from '../sql/statement.ts'

/** An unlinked record as its sync record knows it. Times in microseconds. */
export interface UnlinkedRecord {
  readonly rowNo: number
  readonly targetId: number
  readonly entity: EntityName
  readonly kind: MatchKind
  readonly recordId: string | null
  readonly remoteId: string | null
  readonly remoteVersion: string | null
  /** Remote modified time, 0 where not told. */
  readonly remoteSyncedOn: number
  /** The target has had it before: it was deleted or unlinked there. */
  readonly wasThere: boolean
  /** `LinkData` as JSON; null for a record of ours. */
  readonly linkData: string | null
}

/** Which unlinked records are meant. */
export interface MatchChoice {
  readonly targetIds: readonly number[]
  readonly kinds: readonly MatchKind[]
  readonly ids?: readonly string[]
}

/** Each repeats the predicate of the index that serves it. */
const kindIs: Readonly<Record<MatchKind, string>> = {
  possible: `s.state = 'possible' AND s.recordId IS NULL`,
  remote: `s.state = 'unmatched' AND s.recordId IS NULL`,
  local: `s.state = 'unmatched' AND s.recordId IS NOT NULL`,
}

const indexOf: Readonly<Record<MatchKind, string>> = {
  possible: 'sync_record_unlinked',
  remote: 'sync_record_unlinked',
  local: 'sync_record_review',
}

const item = `json_object('rowNo', s.rowNo, 'targetId', s.targetId, 'entity', s.entity,
  'kind', CASE WHEN s.state = 'possible' THEN 'possible' WHEN s.recordId IS NULL THEN 'remote' ELSE 'local' END,
  'recordId', s.recordId, 'remoteId', s.remoteId, 'remoteVersion', s.remoteVersion, 'remoteSyncedOn', s.remoteSyncedOn,
  'wasThere', json(CASE WHEN s.remoteSyncedOn > 0 OR s.entitySyncedOn > -1 THEN 'true' ELSE 'false' END),
  'linkData', s.linkData)`

/** Unlinked records in order of their sync record, after the one with number `after`. */
export async function readMatches(
  db: Db,
  choice: MatchChoice,
  after: number,
  limit: number,
): Promise<readonly UnlinkedRecord[]> {
  const { targetIds, kinds, ids } = choice
  if (targetIds.length === 0 || kinds.length === 0) return []
  if (ids) {
    return jsonPage<UnlinkedRecord>(
      db,
      `SELECT json_group_array(json(item)) AS page FROM (SELECT ${item} AS item FROM sync_record AS s
         WHERE s.rowNo IN (SELECT CAST(value AS INTEGER) FROM json_each(?)) AND s.rowNo > ?
           AND +s.targetId IN (SELECT value FROM json_each(?)) AND (${kinds.map((kind) => `(${kindIs[kind]})`).join(' OR ')})
         ORDER BY s.rowNo LIMIT ?)`,
      JSON.stringify(ids),
      after,
      JSON.stringify(targetIds),
      limit,
    )
  }
  // Every part walks its own index from where the page begins; together they are never read beyond the page.
  const parts = targetIds.flatMap((targetId) => kinds.map((kind) => ({ targetId, kind })))
  const part = ({ kind }: (typeof parts)[number]) =>
    `SELECT rowNo FROM (SELECT s.rowNo AS rowNo FROM sync_record AS s INDEXED BY ${indexOf[kind]}
       WHERE s.targetId = ? AND ${kindIs[kind]} AND s.rowNo > ? ORDER BY s.rowNo LIMIT ?)`
  return jsonPage<UnlinkedRecord>(
    db,
    `SELECT json_group_array(json(item)) AS page FROM (
       SELECT ${item} AS item FROM (${parts.map(part).join(' UNION ALL ')} ORDER BY rowNo LIMIT ?) AS sure
       CROSS JOIN sync_record AS s WHERE s.rowNo = sure.rowNo ORDER BY sure.rowNo)`,
    ...parts.flatMap(({ targetId }) => [targetId, after, limit]),
    limit,
  )
}

/** How many unlinked records are meant; counted from indexes that hold nothing else. */
export async function countMatches(db: Db, choice: MatchChoice): Promise<number> {
  const { targetIds, kinds, ids } = choice
  if (ids) return (await readMatches(db, choice, 0, ids.length)).length
  let count = 0
  for (const kind of kinds) {
    count +=
      (await value<number>(
        db,
        `SELECT count(*) AS value FROM json_each(?) AS item CROSS JOIN sync_record AS s INDEXED BY ${indexOf[kind]}
         WHERE s.targetId = item.value AND ${kindIs[kind]}`,
        JSON.stringify(targetIds),
      )) ?? 0
  }
  return count
}

/**
 * Leaves unlinked records where they are. Theirs stays so until it changes there, ours until a person sends it: unlike
 * a record outside the filter, one with `linkData` is not looked at again when it changes here.
 */
export async function leaveAlone(trx: Trx, rowNos: readonly number[], by: string): Promise<void> {
  if (rowNos.length === 0) return
  await move(
    trx,
    'leftAlone',
    {
      set: {
        linkData: `coalesce(linkData, json_object('leftBy', ?2))`,
        entitySyncedOn: 'CASE WHEN recordId IS NULL THEN entitySyncedOn ELSE entityModifiedOn END',
      },
      where: `rowNo IN (SELECT value FROM json_each(?1))`,
    },
    JSON.stringify(rowNos),
    by,
  )
}

/** Lets records of ours go with the next run. */
export async function releaseToSend(trx: Trx, rowNos: readonly number[]): Promise<void> {
  if (rowNos.length === 0) return
  await move(
    trx,
    'sentByPerson',
    { set: { entitySyncedOn: '-1' }, where: `rowNo IN (SELECT value FROM json_each(?))` },
    JSON.stringify(rowNos),
  )
}

/** Which of these records of ours are on their way to the target right now. */
export async function readUnderWay(
  trx: Trx,
  targetId: number,
  recordIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (recordIds.length === 0) return new Set()
  const found = await jsonPage<string>(
    trx,
    `SELECT json_group_array(d.recordId) AS page FROM delivery AS d
     WHERE d.targetId = ? AND d.recordId IN (SELECT value FROM json_each(?))`,
    targetId,
    JSON.stringify(recordIds),
  )
  return new Set(found)
}
