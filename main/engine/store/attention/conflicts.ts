/** Open conflicts: read for people, folded by what they are about, and settled. Decided ones stay as history. */
import type { EntityName } from '../../../contract/words.ts'
import type { Db, Trx } from '../../db/schema.ts'
import type { Fields } from '../../model/record.ts'
import { move } from '../links/move-records.ts'
import { page } from '../sql/page.ts'
import { jsonPage, rows, run, value } from '../sql/statement.ts'

/** Which open conflicts are meant; several conditions narrow each other. */
export interface ConflictChoice {
  readonly targetId?: number
  readonly ids?: readonly string[]
  readonly group?: { readonly entity: EntityName; readonly fields: readonly string[] }
}

/** An open conflict with what both sides agreed on. Times in microseconds. */
export interface OpenConflict {
  readonly id: number
  readonly targetId: number
  readonly syncRecordNo: number
  readonly entity: EntityName
  readonly recordId: string
  readonly remoteId: string
  /** What both sides had last, null where they never agreed on anything. */
  readonly base: Fields | null
  readonly theirs: Fields
  /** Fields to decide, sorted by name. */
  readonly fields: readonly string[]
  readonly openedOn: number
  /** Content of the sync record: what the target has, but the old base of the fields to decide. */
  readonly agreed: Fields
  /** Remote modified time of their version, 0 where not told. */
  readonly remoteSyncedOn: number
  /** What was decided of it so far, by field. */
  readonly decision: Readonly<Record<string, FieldDecision>>
}

/** How one field was settled, with the value that was given up. */
export interface FieldDecision {
  readonly keep: 'ours' | 'theirs'
  readonly kept: Fields[string]
  readonly dropped: Fields[string]
  /** Why, in words, where a rule settled it. */
  readonly reason?: string
}

const open = 'c.decidedOn IS NULL'

function chosen({ targetId, ids, group }: ConflictChoice): {
  readonly where: string
  readonly parameters: readonly (string | number)[]
} {
  const conditions = [open]
  const parameters: (string | number)[] = []
  const add = (condition: string, ...given: readonly (string | number)[]) => {
    conditions.push(condition)
    parameters.push(...given)
  }
  if (targetId !== undefined) add('c.targetId = ?', targetId)
  if (group) add('c.entity = ? AND c.fields = ?', group.entity, JSON.stringify(group.fields))
  if (ids) {
    add('c.id IN (SELECT CAST(value AS INTEGER) FROM json_each(?))', JSON.stringify(ids))
  }
  return { where: conditions.join(' AND '), parameters }
}

const item = `json_object('id', c.id, 'targetId', c.targetId, 'syncRecordNo', c.syncRecordNo, 'entity', c.entity,
  'recordId', c.recordId, 'remoteId', c.remoteId, 'base', json(c.base), 'theirs', json(c.theirs), 'fields', json(c.fields),
  'openedOn', c.openedOn, 'agreed', json(s.agreed), 'remoteSyncedOn', s.remoteSyncedOn,
  'decision', json(coalesce(c.decision, '{}')))`

/** Open conflicts in order of opening, after the one with id `after`. */
export function readConflicts(
  db: Db,
  choice: ConflictChoice,
  after: number,
  limit: number,
): Promise<readonly OpenConflict[]> {
  const { where, parameters } = chosen(choice)
  return jsonPage<OpenConflict>(
    db,
    `SELECT json_group_array(json(item)) AS page FROM (
       SELECT ${item} AS item FROM conflict AS c CROSS JOIN sync_record AS s
       WHERE ${where} AND c.id > ? AND s.rowNo = c.syncRecordNo ORDER BY c.id LIMIT ?)`,
    ...parameters,
    after,
    limit,
  )
}

/** How many open conflicts are meant. */
export async function countConflicts(db: Db, choice: ConflictChoice): Promise<number> {
  const { where, parameters } = chosen(choice)
  return (
    (await value<number>(
      db,
      `SELECT count(*) AS value FROM conflict AS c WHERE ${where}`,
      ...parameters,
    )) ?? 0
  )
}

/** Open conflicts of one target about the same fields of the same kind of record. */
export interface FoldedConflicts {
  readonly targetId: number
  readonly entity: EntityName
  readonly fields: readonly string[]
  readonly count: number
}

/** Open conflicts folded, largest group first. */
export async function foldConflicts(
  db: Db,
  targetId: number | undefined,
): Promise<readonly FoldedConflicts[]> {
  const { where, parameters } = chosen(targetId === undefined ? {} : { targetId })
  const found = await rows<Omit<FoldedConflicts, 'fields'> & { readonly fields: string }>(
    db,
    `SELECT c.targetId, c.entity, c.fields, count(*) AS count FROM conflict AS c WHERE ${where}
     GROUP BY c.targetId, c.entity, c.fields ORDER BY count DESC, c.targetId, c.entity, c.fields`,
    ...parameters,
  )
  return found.map((row) => ({ ...row, fields: JSON.parse(row.fields) as string[] }))
}

/** A conflict that is open no longer. */
export interface SettledConflict {
  readonly id: number
  readonly decidedOn: number
  /** Null when it settled itself: the record was deleted, or the sides became equal. */
  readonly decidedBy: string | null
}

/** Those of `ids` that are settled, by id. */
export async function readSettled(
  db: Db,
  ids: readonly string[],
): Promise<ReadonlyMap<string, SettledConflict>> {
  const found = await rows<SettledConflict>(
    db,
    `SELECT c.id, c.decidedOn, c.decidedBy FROM conflict AS c
     WHERE c.id IN (SELECT CAST(value AS INTEGER) FROM json_each(?)) AND c.decidedOn IS NOT NULL`,
    JSON.stringify(ids),
  )
  return new Map(found.map((row) => [String(row.id), row]))
}

/** How a conflict is left after a person decided. */
export interface ConflictResult {
  readonly id: number
  readonly syncRecordNo: number
  /** Fields that wait on, sorted by name; none means settled. */
  readonly open: readonly string[]
  readonly decision: Readonly<Record<string, FieldDecision>>
  /** Agreed content in canonical form, and its hash. */
  readonly agreed: string
  readonly agreedHash: string
  /** Stamp of the record here. */
  readonly entityModifiedOn: number
  /** Stamp up to which the target has it. */
  readonly entitySyncedOn: number
}

const decided = page({
  ...{ id: 'int', rowNo: 'int', event: 'text', open: 'text?', decision: 'text' },
  ...{ agreed: 'text', agreedHash: 'text', entityModifiedOn: 'int', entitySyncedOn: 'int' },
})

/** Writes what was decided: conflicts first, so that a sync record that leaves its state finds none open. */
export async function writeDecisions(
  trx: Trx,
  results: readonly ConflictResult[],
  by: string,
  now: number,
): Promise<void> {
  if (results.length === 0) return
  const given = decided.json(
    results.map((one) => ({
      ...one,
      rowNo: one.syncRecordNo,
      event: one.open.length === 0 ? 'conflictDecided' : 'conflictNarrowed',
      open: one.open.length === 0 ? null : JSON.stringify(one.open),
      decision: JSON.stringify(one.decision),
    })),
  )
  await run(
    trx,
    `UPDATE conflict SET fields = coalesce(item.open, fields), decision = item.decision, decidedBy = ?2,
       decidedOn = CASE WHEN item.open IS NULL THEN CAST(?3 AS INTEGER) END
     FROM ${decided.from()} WHERE conflict.id = item.id`,
    given,
    by,
    now,
  )
  await move(
    trx,
    ['conflictDecided', 'conflictNarrowed'],
    {
      set: {
        agreed: 'item.agreed',
        agreedHash: 'item.agreedHash',
        entityModifiedOn: 'item.entityModifiedOn',
        entitySyncedOn: 'item.entitySyncedOn',
        mappingVersion: '(SELECT mappingVersion FROM target WHERE id = sync_record.targetId)',
      },
      from: decided.from(),
      where: `sync_record.rowNo = item.rowNo`,
    },
    given,
  )
}
