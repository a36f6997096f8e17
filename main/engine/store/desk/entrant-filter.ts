/** Entrants of an event that something is missing of: the lists of the Desk. */
import type { DeskFilter, FoundEntrants } from '../../../contract/desk.ts'
import { assertNever } from '../../../contract/words.ts'
import type { Db } from '../../db/schema.ts'
import { rows, value } from '../sql/statement.ts'
import { readEntrantRows } from './entrants.ts'

function missing(what: DeskFilter['missing'][number]): string {
  switch (what) {
    case 'checkIn':
      return `coalesce(ep.status, 'registered') = 'registered'`
    case 'bib':
      return 'ep.number IS NULL'
    case 'tag':
      return 'ep.tag IS NULL AND ep.spareTag IS NULL'
    case 'waiver':
      return 'coalesce(ep.waiver, 0) = 0'
    default:
      return assertNever(what)
  }
}

/** Conditions on the alias `ep`, each after AND. @param of SQL of a value of `filterValues` */
export function filterConditions(
  filter: DeskFilter,
  of: (name: 'startGroup' | 'race') => string,
): string {
  const placed = (condition: string) => `EXISTS (SELECT 1 FROM start_group_participant s
    JOIN start_group g ON g.id = s.startGroup
    WHERE s.eventParticipant = ep.id AND s.deletedOn IS NULL AND ${condition})`
  return [
    ...filter.missing.map(missing),
    ...(filter.startGroupId === null ? [] : [placed(`s.startGroup = ${of('startGroup')}`)]),
    ...(filter.race === null ? [] : [placed(`g.race = ${of('race')}`)]),
  ]
    .map((condition) => `AND ${condition}`)
    .join(' ')
}

/** What a statement with `filterConditions` is given, as the text of a JSON object. */
export function filterValues(event: string, { startGroupId, race }: DeskFilter): string {
  return JSON.stringify({ event, startGroup: startGroupId, race })
}

/** So many are put in the order of their names; of more than that, those entered first. */
const mostSorted = 5_000

/** The first entrants a filter lets through, by name, and how many there are. Walks through the event. */
export async function listEntrants(
  db: Db,
  eventId: string,
  filter: DeskFilter,
  limit: number,
): Promise<FoundEntrants> {
  const conditions = filterConditions(filter, (name) => `?1 ->> '${name}'`)
  const within = `WHERE ep.event = ?1 ->> 'event' AND ep.deletedOn IS NULL ${conditions}`
  const given = filterValues(eventId, filter)
  const matching = await value<number>(
    db,
    `SELECT count(*) AS value FROM event_participant ep ${within}`,
    given,
  )
  const found = await rows<{ id: string }>(
    db,
    `SELECT id FROM (SELECT ep.id AS id, p.foldedName AS name FROM event_participant ep
        CROSS JOIN person p ON p.id = ep.person ${within} LIMIT ${mostSorted})
      ORDER BY name LIMIT ?2`,
    given,
    limit,
  )
  const ids = found.map(({ id }) => id)
  return {
    rows: [...(await readEntrantRows(db, ids))],
    similar: 0,
    matching: matching ?? 0,
    hidden: 0,
  }
}
