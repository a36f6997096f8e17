/** The demo event: that it is here, and what belongs to it. */
import type { Db, Trx } from '../../db/schema.ts'
import { jsonPage, run, value } from '../sql/statement.ts'

/** In the table of settings, beside those people see. */
const settingKey = 'demoEvent'

/** The import that brought the demo event. */
export interface DemoEvent {
  readonly eventId: string
  /** `import_run.rowNo` */
  readonly importNo: number
}

export async function readDemoEvent(db: Db): Promise<DemoEvent | null> {
  const stored = await value<string>(db, `SELECT value FROM setting WHERE key = ?`, settingKey)
  return stored === undefined ? null : (JSON.parse(stored) as DemoEvent)
}

/** Notes that the import with this number has just brought the demo event; in the transaction that brings it. */
export async function noteDemoEvent(trx: Trx, importNo: number): Promise<void> {
  const [found] = await jsonPage<DemoEvent>(
    trx,
    `SELECT json_group_array(json_object('eventId', a.recordId, 'importNo', r.rowNo)) AS page
     FROM import_run AS r JOIN audit AS a ON a.stamp BETWEEN r.firstStamp AND r.lastStamp AND a.importNo = r.rowNo
       AND a.entity = 'event' AND a.action = 'create'
     WHERE r.rowNo = ?`,
    importNo,
  )
  if (!found) throw new Error(`The import ${importNo} brought no event`)
  await run(
    trx,
    `INSERT INTO setting (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2`,
    settingKey,
    JSON.stringify(found),
  )
}

export async function forgetDemoEvent(trx: Trx): Promise<void> {
  await run(trx, `DELETE FROM setting WHERE key = ?`, settingKey)
}

/** What the import made of one kind: `entry` is the audit entry, `id` the column to compare. */
const madeByIt = (entity: string) =>
  `SELECT a.recordId FROM import_run AS r JOIN audit AS a ON a.stamp BETWEEN r.firstStamp AND r.lastStamp
     AND a.importNo = r.rowNo AND a.entity = '${entity}' AND a.action = 'create' WHERE r.rowNo = ?2`

/** How many people are entered in the demo event whom it did not bring: somebody entered them since. */
export async function countOthers(db: Db, { eventId, importNo }: DemoEvent): Promise<number> {
  const count = await value<number>(
    db,
    `SELECT count(DISTINCT person) AS value FROM event_participant
     WHERE event = ?1 AND deletedOn IS NULL AND person NOT IN (${madeByIt('person')})`,
    eventId,
    importNo,
  )
  return count ?? 0
}

/** Where no event is, nothing of a race can be mixed up. */
export async function anyEvent(db: Db): Promise<boolean> {
  const found = await value(db, `SELECT id AS value FROM event WHERE deletedOn IS NULL LIMIT 1`)
  return found !== undefined
}

/** The event, which takes all below it along, and what is not below it; each with what keeps one: who else uses it. */
const parts = {
  event: { from: `event AS one WHERE one.id = ?1`, usedElsewhere: `SELECT 1 WHERE 0` },
  person: {
    from: `person AS one WHERE one.id IN (${madeByIt('person')})`,
    usedElsewhere: `SELECT 1 FROM event_participant WHERE person = one.id AND event <> ?1 AND deletedOn IS NULL`,
  },
  tag: {
    from: `tag AS one WHERE one.id IN (${madeByIt('tag')})`,
    usedElsewhere: `SELECT 1 FROM event_participant
      WHERE (tag = one.id OR spareTag = one.id) AND deletedOn IS NULL`,
  },
  organisation: {
    from: `organisation AS one WHERE one.id IN (${madeByIt('organisation')})`,
    usedElsewhere: `SELECT 1 FROM person WHERE organisation = one.id AND deletedOn IS NULL
      UNION ALL SELECT 1 FROM event WHERE organiser = one.id AND deletedOn IS NULL
      UNION ALL SELECT 1 FROM organisation AS child WHERE child.parent = one.id AND child.deletedOn IS NULL`,
  },
} as const

/** In the order they can be deleted in. */
export const ofDemoEvent = ['event', 'person', 'tag', 'organisation'] as const

/** The first live records of a kind that came with the demo event, and that nothing else uses. */
export async function readOfDemo(
  trx: Trx,
  entity: (typeof ofDemoEvent)[number],
  { eventId, importNo }: DemoEvent,
  limit: number,
): Promise<readonly string[]> {
  const { from, usedElsewhere } = parts[entity]
  return jsonPage<string>(
    trx,
    `SELECT json_group_array(id) AS page FROM (SELECT one.id FROM ${from}
       AND one.deletedOn IS NULL AND NOT EXISTS (${usedElsewhere}) LIMIT ?3)`,
    eventId,
    importNo,
    limit,
  )
}
