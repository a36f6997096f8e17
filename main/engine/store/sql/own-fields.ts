/** What events define for their own entrants. A few rows, whatever the number of entrants. */
import type { OwnField } from '../../../contract/own-fields.ts'
import { isSensitiveOwnField } from '../../../contract/own-field-names.ts'
import type { Db, Trx } from '../../db/schema.ts'
import { page } from './page.ts'
import { jsonPage, run } from './statement.ts'

type Stored = Omit<OwnField, 'onDesk' | 'sensitive'> & { readonly onDesk: number }

/** Own fields of live events in the order they were defined; of one event, or of all. */
export async function readOwnFields(
  db: Db,
  eventId: string | null = null,
): Promise<readonly OwnField[]> {
  const found = await jsonPage<Stored>(
    db,
    `SELECT json_group_array(json_object('eventId', f.event, 'name', f.name, 'label', f.label, 'kind', f.kind,
       'choices', json(f.choices), 'onDesk', f.onDesk) ORDER BY e.rowNo DESC, f.seq) AS page
     FROM own_field f JOIN event e ON e.id = f.event AND e.deletedOn IS NULL WHERE ?1 IS NULL OR f.event = ?1`,
    eventId,
  )
  return found.map((field) => ({
    ...field,
    onDesk: field.onDesk === 1,
    sensitive: isSensitiveOwnField(field.name),
  }))
}

const given = page({
  ...{ event: 'text', name: 'text', label: 'text', kind: 'text', choices: 'json', onDesk: 'int' },
})

/** Writes definitions, each over the one of the same event and name. */
export async function writeOwnFields(trx: Trx, fields: readonly OwnField[]): Promise<void> {
  if (fields.length === 0) return
  await run(
    trx,
    `INSERT INTO own_field (event, name, label, kind, choices, onDesk, seq)
     SELECT item.event, item.name, item.label, item.kind, item.choices, item.onDesk,
       (SELECT coalesce(max(seq), 0) + 1 + item.position FROM own_field WHERE event = item.event)
     FROM ${given.from()} WHERE true
     ON CONFLICT (event, name) DO UPDATE SET label = excluded.label, kind = excluded.kind,
       choices = excluded.choices, onDesk = excluded.onDesk`,
    given.json(
      fields.map(({ eventId, onDesk, ...field }) => ({
        ...field,
        event: eventId,
        onDesk: onDesk ? 1 : 0,
      })),
    ),
  )
}

/** Writes a definition, over the one of the same name. */
export function writeOwnField(trx: Trx, field: OwnField): Promise<void> {
  return writeOwnFields(trx, [field])
}

const named = page({ eventId: 'text', name: 'text' })

/** Forgets definitions. Values of entrants stay where they are, and are seen again once it is back. Answers how many there were. */
export function removeOwnFields(
  trx: Trx,
  fields: readonly { readonly eventId: string; readonly name: string }[],
): Promise<number> {
  return run(
    trx,
    `DELETE FROM own_field WHERE (event, name) IN (SELECT item.eventId, item.name FROM ${named.from()})`,
    named.json(fields),
  )
}

/** Forgets one definition. */
export async function removeOwnField(trx: Trx, eventId: string, name: string): Promise<boolean> {
  return (await removeOwnFields(trx, [{ eventId, name }])) > 0
}
