/** What the Desk shows of entrants and events. Every statement here runs while somebody waits: its query plan is tested. */
import type { DeskEvent, EntrantRow } from '../../../contract/desk.ts'
import type { Db } from '../../db/schema.ts'
import { jsonPage } from '../sql/statement.ts'

/** The place an entrant card shows: the first one they were given. */
const place = (expression: string) => `(SELECT ${expression}
    FROM start_group_participant s JOIN start_group g ON g.id = s.startGroup JOIN race r ON r.id = g.race
   WHERE s.eventParticipant = ep.id AND s.deletedOn IS NULL ORDER BY s.rowNo LIMIT 1)`

const shown: readonly (readonly [keyof EntrantRow, string])[] = [
  ['id', 'ep.id'],
  ['personId', 'p.id'],
  ['eventId', 'ep.event'],
  ['bib', 'ep.number'],
  ['firstName', 'p.firstName'],
  ['lastName', 'p.lastName'],
  ['gender', 'p.gender'],
  ['dateOfBirth', 'p.dateOfBirth'],
  ['age', 'ep.age'],
  ['club', '(SELECT o.name FROM organisation o WHERE o.id = p.organisation)'],
  ['city', 'p.city'],
  ['category', 'ep.category'],
  ['status', `coalesce(ep.status, 'registered')`],
  ['team', 'ep.team'],
  ['leg', 'ep.leg'],
  ['tag', '(SELECT t.number FROM tag t WHERE t.id = ep.tag)'],
  ['spareTag', '(SELECT t.number FROM tag t WHERE t.id = ep.spareTag)'],
  ['race', place('r.name')],
  ['startGroup', place('g.name')],
]
const rowObject = `json_object(${shown.map(([name, text]) => `'${name}', ${text}`).join(', ')})`

const readRows = `SELECT json_group_array(${rowObject}) AS page FROM json_each(?) AS wanted
  CROSS JOIN event_participant ep ON ep.id = wanted.value AND ep.deletedOn IS NULL
  CROSS JOIN person p ON p.id = ep.person`

/** Rows of the list by participant id, in this order; deleted and unknown ones are left out. */
export async function readEntrantRows(
  db: Db,
  ids: readonly string[],
): Promise<readonly EntrantRow[]> {
  if (ids.length === 0) return []
  return jsonPage<EntrantRow>(db, readRows, JSON.stringify(ids))
}

/** What the entrant card shows beyond the row, straight from the tables. */
export interface EntrantExtra {
  readonly email: string | null
  readonly phone: string | null
  readonly notes: string | null
  readonly giveaway: string | null
  readonly shirt: string | null
  readonly own: Readonly<Record<string, string>>
  readonly paid: number | null
  readonly waiver: number | null
  readonly emergencyContactName: string | null
  readonly emergencyContactNumber: string | null
  readonly medicalConditions: string | null
  readonly checkedInOn: string | null
  readonly checkedInBy: string | null
  readonly startGroupId: string | null
  /** The newest stamp of participant and person. */
  readonly modifiedOn: number
  /** Ids of the entrant's start-group places. */
  readonly places: readonly string[]
}

const extras = ['notes', 'giveaway', 'shirt', 'paid', 'waiver', 'checkedInOn', 'checkedInBy']
const personExtras = [
  'email',
  'phone',
  'emergencyContactName',
  'emergencyContactNumber',
  'medicalConditions',
]

const readExtra = `SELECT json_group_array(json_object(
    ${extras.map((name) => `'${name}', ep.${name}`).join(', ')},
    ${personExtras.map((name) => `'${name}', p.${name}`).join(', ')},
    'own', json(coalesce(ep.own, '{}')),
    'startGroupId', ${place('g.id')},
    'modifiedOn', max(ep.modifiedOn, p.modifiedOn),
    'places', (SELECT json_group_array(s.id) FROM start_group_participant s
      WHERE s.eventParticipant = ep.id AND s.deletedOn IS NULL))) AS page
  FROM event_participant ep JOIN person p ON p.id = ep.person
  WHERE ep.id = ? AND ep.deletedOn IS NULL`

/** Null when the participant does not exist (any more). */
export async function readEntrantExtra(db: Db, id: string): Promise<EntrantExtra | null> {
  const [extra] = await jsonPage<EntrantExtra>(db, readExtra, id)
  return extra ?? null
}

const readEvents = `SELECT json_group_array(json(item)) AS page FROM (
  SELECT json_object('id', e.id, 'name', e.name, 'startDateTime', e.startDateTime,
    'startGroups', (SELECT json_group_array(json_object('id', g.id, 'name', g.name, 'race', r.name, 'raceId', r.id)
          ORDER BY r.rowNo, coalesce(g.seq, 2147483647), g.rowNo)
        FROM race r JOIN start_group g ON g.race = r.id
       WHERE r.event = e.id AND r.deletedOn IS NULL AND g.deletedOn IS NULL),
    'entrants', (SELECT count(*) FROM event_participant ep WHERE ep.event = e.id AND ep.deletedOn IS NULL),
    'checkedIn', (SELECT count(*) FROM event_participant ep
       WHERE ep.event = e.id AND ep.status IN ('checkedIn', 'started', 'finished', 'dnf') AND ep.deletedOn IS NULL)
  ) AS item
  FROM event e WHERE e.deletedOn IS NULL ORDER BY e.startDateTime IS NULL, e.startDateTime DESC, e.rowNo DESC)`

/** Events for the Desk, newest first. Whoever started counts as checked in. */
export async function readDeskEvents(db: Db): Promise<readonly DeskEvent[]> {
  return jsonPage<DeskEvent>(db, readEvents)
}
