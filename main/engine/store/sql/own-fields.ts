/** What events define for their own entrants. A few rows, whatever the number of entrants. */
import type { OwnField } from '../../../contract/own-fields.ts'
import { isSensitiveOwnField } from '../../../contract/own-field-names.ts'
import type { Db, Trx } from '../../db/schema.ts'
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

/** Writes a definition, over the one of the same name. */
export async function writeOwnField(trx: Trx, field: OwnField): Promise<void> {
  const { eventId, name, label, kind, choices, onDesk } = field
  await run(
    trx,
    `INSERT INTO own_field (event, name, label, kind, choices, onDesk, seq)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, (SELECT coalesce(max(seq), 0) + 1 FROM own_field WHERE event = ?1))
     ON CONFLICT (event, name) DO UPDATE SET label = excluded.label, kind = excluded.kind,
       choices = excluded.choices, onDesk = excluded.onDesk`,
    ...[eventId, name, label, kind, JSON.stringify(choices), onDesk ? 1 : 0],
  )
}

/** Forgets a definition. Values of entrants stay where they are, and are seen again once it is back. */
export async function removeOwnField(trx: Trx, eventId: string, name: string): Promise<boolean> {
  return (await run(trx, `DELETE FROM own_field WHERE event = ?1 AND name = ?2`, eventId, name)) > 0
}
