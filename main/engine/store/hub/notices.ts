/**
 * What a person should look at because two laptops did different things: a bib that was given twice, a value that lost, an
 * edit of what was deleted. That a bib is missing is settled by itself once the entrant has one (`0310`).
 */
import type { FieldValue } from '../../../contract/records.ts'
import type { EntityName } from '../../../contract/words.ts'
import type { Db, Trx } from '../../db/schema.ts'
import { page } from '../sql/page.ts'
import { jsonPage, run, value } from '../sql/statement.ts'

/** `number`: a bib or tag was given twice · `value`: another value stands · `deleted`: an edit met a deletion. */
export type NoticeKind = 'number' | 'value' | 'deleted'

export interface Notice {
  readonly kind: NoticeKind
  readonly entity: EntityName
  readonly recordId: string
  readonly field: string | null
  /** What was typed and does not stand, and what does. */
  readonly lost: FieldValue
  readonly kept: FieldValue
  /** Who has the bib or tag, in words. */
  readonly holder: string | null
  readonly keptBy: string | null
  readonly lostBy: string | null
}

export interface OpenNotice extends Notice {
  readonly id: number
  /** Microseconds since 1970 UTC. */
  readonly noticedOn: number
}

const rows = page({
  ...{ kind: 'text', entity: 'text', recordId: 'text', field: 'text?', lost: 'any', kept: 'any' },
  ...{ holder: 'text?', keptBy: 'text?', lostBy: 'text?' },
})

/** Notes them; what is noted already stays as it is. */
export async function noteForPerson(
  trx: Trx,
  notices: readonly Notice[],
  now: number,
): Promise<void> {
  if (notices.length === 0) return
  await run(
    trx,
    `INSERT INTO hub_notice (kind, entity, recordId, field, lost, kept, holder, keptBy, lostBy, noticedOn)
     SELECT kind, entity, recordId, field, CAST(lost AS TEXT), CAST(kept AS TEXT), holder, keptBy, lostBy, CAST(?2 AS INTEGER)
     FROM ${rows.from()} WHERE NOT EXISTS (SELECT 1 FROM hub_notice AS n WHERE n.recordId = item.recordId
       AND n.field IS item.field AND n.lost IS CAST(item.lost AS TEXT) AND n.doneOn IS NULL)`,
    rows.json(notices),
    now,
  )
}

/** Those that still want somebody, newest first. */
export function readNotices(db: Db, limit: number): Promise<readonly OpenNotice[]> {
  return jsonPage<OpenNotice>(
    db,
    `SELECT json_group_array(json_object('id', id, 'kind', kind, 'entity', entity, 'recordId', recordId, 'field', field,
       'lost', lost, 'kept', kept, 'holder', holder, 'keptBy', keptBy, 'lostBy', lostBy, 'noticedOn', noticedOn)) AS page
     FROM (SELECT n.* FROM hub_notice AS n WHERE n.doneOn IS NULL
       ORDER BY n.id DESC LIMIT ?)`,
    limit,
  )
}

/** How many still want somebody. */
export async function countNotices(db: Db): Promise<number> {
  const open = `SELECT count(*) AS value FROM hub_notice WHERE doneOn IS NULL`
  return (await value<number>(db, open)) ?? 0
}

/** A person has looked. Answers how many there were. */
export function settleNotices(db: Db, ids: readonly number[], now: number): Promise<number> {
  return run(
    db,
    `UPDATE hub_notice SET doneOn = ?2 WHERE doneOn IS NULL AND id IN (SELECT value FROM json_each(?1))`,
    JSON.stringify(ids),
    now,
  )
}
