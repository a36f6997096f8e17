/** What events define beside their records: own fields of entrants, and rules before a check-in. A few rows. */
import type {
  Definitions,
  DefinitionChanges,
  HubRule,
  KnownDefinitions,
} from '../../../contract/hub.ts'
import type { Db, Trx } from '../../db/schema.ts'
import { readOwnFields, removeOwnFields, writeOwnFields } from '../sql/own-fields.ts'
import { page } from '../sql/page.ts'
import { jsonPage, run, value } from '../sql/statement.ts'
import { findLive } from '../writer/holders.ts'

/** Those of live events. */
export async function readDefinitions(db: Db): Promise<Definitions> {
  const rules = await jsonPage<HubRule>(
    db,
    `SELECT json_group_array(json_object('eventId', c.event, 'rule', c.rule, 'strength', c.strength)) AS page
     FROM check_in_rule AS c JOIN event AS e ON e.id = c.event AND e.deletedOn IS NULL`,
  )
  return { fields: [...(await readOwnFields(db))], rules: [...rules] }
}

/** The stamp of their last change, 0 for none. */
export async function readDefinedOn(db: Db): Promise<number> {
  return (await value<number>(db, 'SELECT changedOn AS value FROM defined WHERE id = 1')) ?? 0
}

/** Writes changes; those of events that are not here are left out. Answers the ids of the events that are. */
export async function writeDefinitions(
  trx: Trx,
  { fields, rules }: DefinitionChanges,
): Promise<ReadonlySet<string>> {
  const events = [...fields, ...rules].map(({ eventId }) => eventId)
  const live = await findLive(trx, 'event', [...new Set(events)])
  const own = fields.filter(({ eventId }) => live.has(eventId))
  await writeOwnFields(
    trx,
    // For the event that was looked up, whatever the definition says of itself.
    own.flatMap(({ eventId, name, field }) => (field ? [{ ...field, eventId, name }] : [])),
  )
  await removeOwnFields(
    trx,
    own.filter(({ field }) => field === null),
  )
  const given = JSON.stringify(rules.filter(({ eventId }) => live.has(eventId)))
  await run(
    trx,
    `DELETE FROM check_in_rule WHERE (event, rule) IN (
       SELECT value ->> 'eventId', value ->> 'rule' FROM json_each(?1) WHERE value ->> 'strength' = 'off')`,
    given,
  )
  await run(
    trx,
    `INSERT INTO check_in_rule (event, rule, strength)
     SELECT value ->> 'eventId', value ->> 'rule', value ->> 'strength' FROM json_each(?1) WHERE value ->> 'strength' <> 'off'
     ON CONFLICT (event, rule) DO UPDATE SET strength = excluded.strength`,
    given,
  )
  return live
}

const merged = page({ gone: 'text', kept: 'text' })

/** What events define that are merged into others; what those define themselves stands. */
export async function passOnDefinitions(
  trx: Trx,
  events: readonly { readonly gone: string; readonly kept: string }[],
): Promise<void> {
  const given = merged.json(events)
  for (const [table, columns] of [
    ['own_field', 'name, label, kind, choices, onDesk, seq'],
    ['check_in_rule', 'rule, strength'],
  ] as const) {
    await run(
      trx,
      `INSERT INTO ${table} (event, ${columns}) SELECT item.kept, ${columns}
       FROM ${merged.from()} CROSS JOIN ${table} AS d WHERE d.event = item.gone ON CONFLICT DO NOTHING`,
      given,
    )
    await run(trx, `DELETE FROM ${table} WHERE event IN (SELECT gone FROM ${merged.from()})`, given)
  }
}

/** What a desk and its hub had at the last exchange; null before the first. */
export async function readKnownDefinitions(
  db: Db,
  targetId: number,
): Promise<{ readonly known: KnownDefinitions; readonly readAgain: boolean } | null> {
  const text = await value<string>(
    db,
    `SELECT json_object('known', json(known), 'readAgain', json(iif(readAgain, 'true', 'false'))) AS value
     FROM hub_defined WHERE targetId = ?`,
    targetId,
  )
  return text === undefined ? null : JSON.parse(text)
}

/** @param readAgain entrants have to be read anew; stays so until `noteReadAgain` */
export async function noteKnownDefinitions(
  trx: Trx,
  targetId: number,
  known: KnownDefinitions,
  readAgain: boolean,
): Promise<void> {
  await run(
    trx,
    `INSERT INTO hub_defined (targetId, known, readAgain) VALUES (?1, ?2, ?3) ON CONFLICT (targetId) DO UPDATE SET
       known = excluded.known, readAgain = max(readAgain, excluded.readAgain)`,
    targetId,
    JSON.stringify(known),
    readAgain ? 1 : 0,
  )
}

/** The entrants were read anew. */
export async function noteReadAgain(db: Db, targetId: number): Promise<void> {
  await run(db, 'UPDATE hub_defined SET readAgain = 0 WHERE targetId = ?', targetId)
}
