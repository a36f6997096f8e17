/** Persons here who may be one: noted where they are found, kept until somebody says. */
import type { Db, Trx } from '../../db/schema.ts'
import { page } from '../sql/page.ts'
import { jsonPage, rows, run, value } from '../sql/statement.ts'

/** Ids of two persons, in any order. */
export type Pair = readonly [string, string]

export interface NotedDouble {
  readonly rowNo: number
  readonly one: string
  readonly other: string
  /** Microseconds since 1970 UTC. */
  readonly foundOn: number
  readonly source: string
}

const pairPage = page({ one: 'text', other: 'text' })

/** Notes pairs, each once for good: what was decided about one stays decided. */
export async function noteDoubles(
  trx: Trx,
  pairs: readonly Pair[],
  found: { readonly on: number; readonly source: string },
): Promise<void> {
  if (pairs.length === 0) return
  const ordered = pairs.flatMap(([a, b]) =>
    a === b ? [] : [a < b ? { one: a, other: b } : { one: b, other: a }],
  )
  await run(
    trx,
    `INSERT INTO possible_double (one, other, foundOn, source)
     SELECT one, other, CAST(?2 AS INTEGER), ?3 FROM ${pairPage.from()} WHERE true
     ON CONFLICT DO NOTHING`,
    pairPage.json(ordered),
    found.on,
    found.source,
  )
}

/** Pairs of live persons nobody has decided about. */
const open = `possible_double AS d
  CROSS JOIN person AS a ON a.id = d.one AND a.deletedOn IS NULL
  CROSS JOIN person AS b ON b.id = d.other AND b.deletedOn IS NULL
  WHERE d.decision IS NULL`

/** A page of what waits for a decision, oldest first. @param after number of the last one shown, 0 to begin */
export function readDoubles(db: Db, after: number, limit: number): Promise<readonly NotedDouble[]> {
  return jsonPage<NotedDouble>(
    db,
    `SELECT json_group_array(json_object('rowNo', rowNo, 'one', one, 'other', other, 'foundOn', foundOn,
       'source', source)) AS page
     FROM (SELECT d.rowNo, d.one, d.other, d.foundOn, d.source FROM ${open} AND d.rowNo > ?1
       ORDER BY d.rowNo LIMIT ?2)`,
    after,
    limit,
  )
}

export async function countDoubles(db: Db): Promise<number> {
  return (await value<number>(db, `SELECT count(*) AS value FROM ${open}`)) ?? 0
}

/** One that waits for a decision, null when it does not any more. */
export async function findDouble(db: Db, rowNo: number): Promise<NotedDouble | null> {
  const [found] = await rows<NotedDouble>(
    db,
    `SELECT d.rowNo, d.one, d.other, d.foundOn, d.source FROM ${open} AND d.rowNo = ?`,
    rowNo,
  )
  return found ?? null
}

export interface DoubleDecision {
  readonly decision: 'merged' | 'different'
  readonly on: number
  readonly who: string
}

export async function decideDouble(
  trx: Trx,
  rowNo: number,
  { decision, on, who }: DoubleDecision,
): Promise<void> {
  await run(
    trx,
    `UPDATE possible_double SET decision = ?2, decidedOn = CAST(?3 AS INTEGER), decidedBy = ?4 WHERE rowNo = ?1`,
    rowNo,
    decision,
    on,
    who,
  )
}

/** Whoever may have been one with a person who is gone may be one with the person who took their place. */
export async function followMerged(
  trx: Trx,
  { gone, kept }: { readonly gone: string; readonly kept: string },
): Promise<void> {
  await run(
    trx,
    `INSERT INTO possible_double (one, other, foundOn, source)
     SELECT min(?2, stranger), max(?2, stranger), foundOn, source FROM (
       SELECT CASE d.one WHEN ?1 THEN d.other ELSE d.one END AS stranger, d.foundOn, d.source
       FROM possible_double AS d WHERE ?1 IN (d.one, d.other) AND d.decision IS NULL)
     WHERE stranger <> ?2 ON CONFLICT DO NOTHING`,
    gone,
    kept,
  )
}
