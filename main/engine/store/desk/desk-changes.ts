/** What the Desk has to know before it changes an entrant. */
import type { Db } from '../../db/schema.ts'
import { jsonPage, rows } from '../sql/statement.ts'

/** The records behind one entrant. */
export interface EntrantRecords {
  readonly event: string
  readonly person: string
  readonly number: string | null
  readonly status: string
  readonly tag: string | null
  readonly tagStatus: string | null
  readonly spareTag: string | null
  readonly spareTagStatus: string | null
  readonly places: readonly {
    readonly id: string
    readonly startGroup: string
    readonly race: string
  }[]
}

/** Null when the participant does not exist (any more). */
export async function readEntrantRecords(db: Db, id: string): Promise<EntrantRecords | null> {
  const [found] = await jsonPage<EntrantRecords>(
    db,
    `SELECT json_group_array(json_object('event', ep.event, 'person', ep.person, 'number', ep.number,
       'status', ep.status, 'tag', ep.tag, 'tagStatus', (SELECT t.status FROM tag t WHERE t.id = ep.tag),
       'spareTag', ep.spareTag, 'spareTagStatus', (SELECT t.status FROM tag t WHERE t.id = ep.spareTag),
       'places', (SELECT json_group_array(json_object('id', s.id, 'startGroup', s.startGroup, 'race', g.race) ORDER BY s.rowNo)
          FROM start_group_participant s JOIN start_group g ON g.id = s.startGroup
         WHERE s.eventParticipant = ep.id AND s.deletedOn IS NULL))) AS page
     FROM event_participant ep WHERE ep.id = ? AND ep.deletedOn IS NULL`,
    id,
  )
  return found ?? null
}

/** Event and race of a live start group. */
export async function readStartGroup(
  db: Db,
  id: string,
): Promise<{ readonly event: string; readonly race: string } | null> {
  const [found] = await rows<{ event: string; race: string }>(
    db,
    `SELECT r.event AS event, r.id AS race FROM start_group g JOIN race r ON r.id = g.race
     WHERE g.id = ? AND g.deletedOn IS NULL AND r.deletedOn IS NULL`,
    id,
  )
  return found ?? null
}
