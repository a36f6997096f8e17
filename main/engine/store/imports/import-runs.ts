/** Imports as they are remembered: what each changed lies in the audit trail under its number. */
import type { FieldValue } from '../../../contract/records.ts'
import type { EntityName } from '../../../contract/words.ts'
import type { Db, Trx } from '../../db/schema.ts'
import { page } from '../sql/page.ts'
import { jsonPage, rows, run, value } from '../sql/statement.ts'

/** Records per kind. */
export type Counts = Readonly<Partial<Record<EntityName, number>>>

export interface ImportBeginning {
  readonly id: string
  readonly fileName: string
  readonly entity: string
  readonly event: string | null
  readonly who: string
  /** Microseconds since 1970 UTC. */
  readonly startedOn: number
}

/** Notes that an import begins; answers its number. */
export async function beginImport(db: Db, begun: ImportBeginning): Promise<number> {
  const number = await value<number>(
    db,
    `INSERT INTO import_run (id, fileName, entity, event, who, startedOn, firstStamp)
     SELECT ?1, ?2, ?3, ?4, ?5, ?6, last + 1 FROM clock WHERE id = 1 RETURNING rowNo AS value`,
    begun.id,
    begun.fileName,
    begun.entity,
    begun.event,
    begun.who,
    begun.startedOn,
  )
  if (number === undefined) throw new Error('The clock row is missing from the database')
  return number
}

export interface ImportSoFar {
  readonly rows: number
  readonly created: Counts
  readonly updated: Counts
}

/** In the transaction of a page that changed something. */
export async function noteImportPage(trx: Trx, number: number, soFar: ImportSoFar): Promise<void> {
  await run(
    trx,
    `UPDATE import_run SET lastStamp = (SELECT last FROM clock WHERE id = 1), rows = ?2, counts = ?3 WHERE rowNo = ?1`,
    number,
    soFar.rows,
    JSON.stringify({ created: soFar.created, updated: soFar.updated }),
  )
}

/** An import that changed nothing leaves nothing to take back, and is forgotten. */
export async function endImport(
  db: Db,
  number: number,
  { rows: done, on }: { readonly rows: number; readonly on: number },
): Promise<void> {
  await run(db, `DELETE FROM import_run WHERE rowNo = ? AND lastStamp IS NULL`, number)
  await run(db, `UPDATE import_run SET rows = ?2, endedOn = ?3 WHERE rowNo = ?1`, number, done, on)
}

/** What an earlier process was importing when it ended is over. */
export async function endImportsCutShort(db: Db): Promise<void> {
  await run(db, `DELETE FROM import_run WHERE endedOn IS NULL AND lastStamp IS NULL`)
  await run(db, `UPDATE import_run SET endedOn = lastStamp WHERE endedOn IS NULL`)
}

export interface ImportRun extends ImportBeginning {
  readonly number: number
  /** Null while it goes on. */
  readonly endedOn: number | null
  readonly firstStamp: number
  readonly lastStamp: number | null
  readonly rows: number
  readonly counts: { readonly created?: Counts; readonly updated?: Counts }
  /** `begun`: taking it back was cut short. */
  readonly undo: 'begun' | 'done' | null
  readonly undoneOn: number | null
  readonly undoneBy: string | null
  /** What taking it back did, see `UndoReport`. */
  readonly undoReport: unknown
}

const runItem = `json_object('number', rowNo, 'id', id, 'fileName', fileName, 'entity', entity, 'event', event, 'who', who,
  'startedOn', startedOn, 'endedOn', endedOn, 'firstStamp', firstStamp, 'lastStamp', lastStamp, 'rows', rows,
  'counts', json(counts), 'undo', undo, 'undoneOn', undoneOn, 'undoneBy', undoneBy, 'undoReport', json(undoReport))`

/** Newest first. */
export function readImports(
  db: Db,
  { before, limit }: { readonly before: number | null; readonly limit: number },
): Promise<readonly ImportRun[]> {
  return jsonPage<ImportRun>(
    db,
    `SELECT json_group_array(${runItem}) AS page FROM
       (SELECT * FROM import_run WHERE lastStamp IS NOT NULL AND rowNo < ?1 ORDER BY rowNo DESC LIMIT ?2)`,
    before ?? Number.MAX_SAFE_INTEGER,
    limit,
  )
}

export async function findImport(db: Db, id: string): Promise<ImportRun | null> {
  const [found] = await jsonPage<ImportRun>(
    db,
    `SELECT json_group_array(${runItem}) AS page FROM import_run WHERE id = ? AND lastStamp IS NOT NULL`,
    id,
  )
  return found ?? null
}

/** One thing an import did to one record. */
export interface ImportEntry {
  readonly stamp: number
  readonly entity: EntityName
  readonly recordId: string
  readonly action: 'create' | 'update' | 'delete'
  /** update: field → [before, after]. */
  readonly changes: Readonly<Record<string, readonly [FieldValue, FieldValue]>>
}

type Range = Pick<ImportRun, 'number' | 'firstStamp' | 'lastStamp'>

/** What an import did, newest first, older than `before`. */
export function readImportEntries(
  db: Db,
  { number, firstStamp }: Range,
  before: number,
  limit: number,
): Promise<readonly ImportEntry[]> {
  return jsonPage<ImportEntry>(
    db,
    `SELECT json_group_array(json_object('stamp', stamp, 'entity', entity, 'recordId', recordId, 'action', action,
       'changes', iif(action = 'update', json(changes), json('{}')))) AS page
     FROM (SELECT * FROM audit WHERE stamp >= ?1 AND stamp < ?2 AND importNo = ?3 ORDER BY stamp DESC LIMIT ?4)`,
    firstStamp,
    before,
    number,
    limit,
  )
}

export async function countImportEntries(
  db: Db,
  { number, firstStamp, lastStamp }: Range,
): Promise<number> {
  const count = await value<number>(
    db,
    `SELECT count(*) AS value FROM audit WHERE stamp BETWEEN ?1 AND ?2 AND importNo = ?3`,
    firstStamp,
    lastStamp,
    number,
  )
  return count ?? 0
}

/** The newest change of a record by anything but the import itself. */
export interface LaterEdit {
  readonly recordId: string
  readonly stamp: number
  readonly who: string
}

const entryPage = page({ recordId: 'text', stamp: 'int' })

/** Who changed these records after the import did; one statement for all. What was taken back counts for nothing. */
export async function editedSince(
  db: Db,
  number: number,
  entries: readonly Pick<ImportEntry, 'recordId' | 'stamp'>[],
): Promise<ReadonlyMap<string, LaterEdit>> {
  const found = await rows<LaterEdit>(
    db,
    `SELECT item.recordId AS recordId, a.stamp AS stamp, a.who AS who
     FROM ${entryPage.from()} CROSS JOIN audit AS a
     WHERE a.stamp = (SELECT max(stamp) FROM audit WHERE recordId = item.recordId AND stamp > item.stamp
       AND (importNo IS NULL OR abs(importNo) <> ?2 AND abs(importNo) NOT IN
         (SELECT rowNo FROM import_run WHERE undo = 'done')))`,
    entryPage.json(entries),
    number,
  )
  return new Map(found.map((edit) => [edit.recordId, edit]))
}

/** How far taking an import back is. */
export async function noteUndo(
  db: Db,
  number: number,
  undo: {
    readonly state: 'begun' | 'done'
    readonly on: number
    readonly by: string
    readonly report: unknown
  },
): Promise<void> {
  await run(
    db,
    `UPDATE import_run SET undo = ?2, undoneOn = ?3, undoneBy = ?4, undoReport = ?5 WHERE rowNo = ?1`,
    number,
    undo.state,
    undo.on,
    undo.by,
    JSON.stringify(undo.report),
  )
}
