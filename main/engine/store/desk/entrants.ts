/** What the Desk reads. Every statement here runs while somebody waits: its query plan is tested. */
import type { DeskEvent, EntrantRow } from '../../../contract/desk.ts'
import type { Db } from '../../db/schema.ts'
import {
  beginsWith,
  emailPrefix,
  eventMark,
  fullNames,
  matchExpression,
  sameNumbers,
  wholeWordExpression,
} from '../search/person-search.ts'
import { jsonPage, rows } from '../sql/statement.ts'

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

/** In one event the index unique there serves; in all, the one over the bib or tag alone. */
const inEvent = 'AND ep.event = ?2'
const live = 'AND ep.deletedOn IS NULL'
/** Where the chip of an entrant is. Asked for one by one: of a choice of two no index is made use of. */
const chips = ['tag', 'spareTag'] as const

function exactHits(scope: string): string {
  const byTag = (column: string) =>
    chips
      .map(
        (chip) => `SELECT id FROM (SELECT ep.id AS id FROM tag t
      CROSS JOIN event_participant ep ON ep.${chip} = t.id
     WHERE t.${column} = ?1 AND t.deletedOn IS NULL ${scope} ${live} LIMIT ?3)`,
      )
      .join(' UNION ALL ')
  return `SELECT id FROM (SELECT ep.id AS id FROM event_participant ep
      WHERE ep.number = ?1 ${scope} ${live} LIMIT ?3)
    UNION ALL ${byTag('number')} UNION ALL ${byTag('barcode')} UNION ALL ${byTag('uuid')}`
}

function wordHits(expression: string, scope: string): string {
  return `SELECT ep.id AS id FROM person_search
      CROSS JOIN person p ON p.rowNo = person_search.rowid
      CROSS JOIN event_participant ep ON ep.person = p.id
     WHERE person_search MATCH coalesce(${expression}, '""') ${scope} ${live} LIMIT ?3`
}

/** Who has this number as bib or tag, however many zeros are before it there. */
function numberHits(scope: string): string {
  return `UNION ALL SELECT id FROM (SELECT ep.id AS id FROM json_each(?6) AS same
      CROSS JOIN event_participant ep ON ep.number = same.value ${scope} ${live} LIMIT ?3)
    ${chips
      .map(
        (chip) => `UNION ALL SELECT id FROM (SELECT ep.id AS id FROM json_each(?6) AS same
      CROSS JOIN tag t ON t.number = same.value AND t.deletedOn IS NULL
      CROSS JOIN event_participant ep ON ep.${chip} = t.id ${scope} ${live} LIMIT ?3)`,
      )
      .join(' ')}`
}

/** Whose whole name this is, before those who have more names. */
function nameHits(scope: string): string {
  return `UNION ALL SELECT id FROM (SELECT ep.id AS id FROM json_each(?6) AS named
      CROSS JOIN person p ON p.foldedName = named.value AND p.deletedOn IS NULL
      CROSS JOIN event_participant ep ON ep.person = p.id ${scope} ${live} LIMIT ?3)`
}

// Hits of whole words are enough when there are enough of them: only else is the wider question asked, and an empty
// phrase, which finds nobody, costs nothing. So does an event that does not exist.
function wordSearch(scope: string, first = ''): string {
  const mark = scope
    ? ` || ' AND "${eventMark}' || (SELECT rowNo FROM event WHERE id = ?2) || '"'`
    : ''
  const wider = `CASE WHEN (SELECT count(*) FROM sure) < ?3 THEN ?5${mark} END`
  return `WITH sure AS MATERIALIZED (SELECT id FROM (${exactHits(scope)}
${first}
      UNION ALL SELECT id FROM (${wordHits(`?4${mark}`, scope)})))
    SELECT id FROM sure UNION ALL SELECT id FROM (${wordHits(wider, scope)})`
}

function emailSearch(scope: string): string {
  return `SELECT id FROM (SELECT ep.id AS id FROM person p CROSS JOIN event_participant ep ON ep.person = p.id
     WHERE ${beginsWith('p.email', '?1')} AND p.deletedOn IS NULL ${scope} ${live} LIMIT ?3)
    WHERE ?2 IS ?2`
}

/** Statements by what was asked; each takes (code, event or null, limit …). For the test of query plans. */
export const entrantStatements = {
  words: { all: wordSearch(''), event: wordSearch(inEvent) },
  numbers: {
    all: wordSearch('', numberHits('')),
    event: wordSearch(inEvent, numberHits(inEvent)),
  },
  names: { all: wordSearch('', nameHits('')), event: wordSearch(inEvent, nameHits(inEvent)) },
  codes: { all: exactHits(''), event: exactHits(inEvent) },
  email: { all: emailSearch(''), event: emailSearch(inEvent) },
  rows: readRows,
}

/**
 * Entrants for what was typed: who has exactly this bib or tag first, then the same number with other zeros before it,
 * then whose whole name it is, then whole words, then beginnings of words.
 * @param eventId only this event, null for all
 */
export async function searchEntrants(
  db: Db,
  eventId: string | null,
  query: string,
  limit: number,
): Promise<readonly EntrantRow[]> {
  const ids = await findIds(db, eventId, query, limit)
  return readEntrantRows(db, ids)
}

async function findIds(
  db: Db,
  eventId: string | null,
  query: string,
  limit: number,
): Promise<readonly string[]> {
  // People write a bib as #258.
  const code = query.trim().replace(/^#(?=\d+$)/, '')
  if (code === '') return []
  const scope = eventId === null ? 'all' : 'event'
  const email = emailPrefix(query)
  const whole = wholeWordExpression(query)
  const ask = (statement: string, ...more: readonly (string | null)[]) =>
    rows<{ id: string }>(db, statement, email ?? code, eventId, limit, ...more)
  const words = [whole, matchExpression(query)]
  // What is neither is asked for less: a shorter statement is understood sooner.
  const numbers = sameNumbers(code)
  const names = fullNames(query)
  const found =
    email !== null
      ? await ask(entrantStatements.email[scope])
      : whole === null
        ? await ask(withAll(entrantStatements.codes[scope]))
        : numbers.length > 0
          ? await ask(withAll(entrantStatements.numbers[scope]), ...words, JSON.stringify(numbers))
          : names.length > 0
            ? await ask(withAll(entrantStatements.names[scope]), ...words, JSON.stringify(names))
            : await ask(withAll(entrantStatements.words[scope]), ...words)
  return [...new Set(found.map(({ id }) => id))].slice(0, limit)
}

/** A statement must name every parameter it is given; without an event, `?2` has no other place. */
function withAll(statement: string): string {
  return `SELECT id FROM (${statement}) WHERE ?2 IS ?2`
}

/** Rows of the list by participant id, in this order; deleted and unknown ones are left out. */
export async function readEntrantRows(
  db: Db,
  ids: readonly string[],
): Promise<readonly EntrantRow[]> {
  if (ids.length === 0) return []
  return jsonPage<EntrantRow>(db, readRows, JSON.stringify(ids))
}

/** Participants with exactly this tag number, barcode, EPC or bib; tags come first. At most `limit`. */
export async function findByCode(
  db: Db,
  eventId: string | null,
  code: string,
  limit: number,
): Promise<readonly string[]> {
  const scope = eventId === null ? 'all' : 'event'
  const found = await rows<{ id: string }>(
    db,
    withAll(entrantStatements.codes[scope]),
    code,
    eventId,
    limit,
  )
  return [...new Set(found.map(({ id }) => id))].slice(0, limit)
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

const extras = ['notes', 'giveaway', 'shirt', 'paid', 'checkedInOn', 'checkedInBy']
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
    'startGroups', (SELECT json_group_array(json_object('id', g.id, 'name', g.name, 'race', r.name)
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
