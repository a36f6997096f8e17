/** The entrants of an event in the order they are printed in. Walks through the event, page by page. */
import type {
  RosterChoice,
  RosterInput,
  RosterPartView,
  RosterRow,
} from '../../../contract/roster.ts'
import type { RosterOrder, RosterPart } from '../../../contract/roster-fields.ts'
import { isOwnField } from '../../../contract/own-field-names.ts'
import type { Db } from '../../db/schema.ts'
import { jsonPage, rows } from '../sql/statement.ts'
import { filterConditions } from './entrant-filter.ts'

/** Field → where its value is. */
const sources: Readonly<Record<string, string>> = {
  club: '(SELECT o.name FROM organisation o WHERE o.id = p.organisation)',
  tag: '(SELECT t.number FROM tag t WHERE t.id = ep.tag)',
  status: `coalesce(ep.status, 'registered')`,
  ...of('ep', ['category', 'age', 'team', 'leg', 'shirt', 'giveaway', 'paid', 'waiver', 'notes']),
  ...of('p', ['gender', 'city', 'country', 'nationality', 'dateOfBirth', 'email', 'phone']),
  ...of('p', ['emergencyContactName', 'emergencyContactNumber', 'medicalConditions']),
}

function of(alias: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, `${alias}.${name}`]))
}

/** After everything a person types. */
const last = `char(0x10FFFF)`
const lastNumber = '9223372036854775807'
/** The beginning of a bib before the digits it ends with: A of A12, nothing of 12. */
const beforeDigits = `rtrim(ep.number, '0123456789')`

/** A bib is a number where it is one: 7 before 12, A7 before A12. Those without come last. */
const orders: Readonly<Record<RosterOrder, { readonly word: string; readonly number: string }>> = {
  name: { word: `coalesce(p.foldedName, '')`, number: '0' },
  bib: {
    word: `coalesce(${beforeDigits}, ${last})`,
    number: `coalesce(CAST(substr(ep.number, length(${beforeDigits}) + 1) AS INTEGER), 0)`,
  },
}

/** Where a line stands, compared from left to right. */
const keys = ['race', 'seq', 'groupRow', 'word', 'number', 'entry', 'place'] as const

/** What a line is sorted by, in the columns of `keys`. */
function keyColumns(parts: RosterPart, order: RosterOrder): string {
  const race = parts === 'none' ? '0' : `coalesce(r.rowNo, ${lastNumber})`
  const group =
    parts === 'startGroup'
      ? `coalesce(g.seq, 2147483647) AS seq, coalesce(g.rowNo, 0) AS groupRow`
      : '0 AS seq, 0 AS groupRow'
  const { word, number } = orders[order]
  const place = parts === 'none' ? '0' : 'coalesce(s.rowNo, 0)'
  return `${race} AS race, ${group}, ${word} AS word, ${number} AS number, ep.rowNo AS entry, ${place} AS place`
}

/** The places of an entry that are meant; conditions on the aliases `s` and `g`. */
const meantPlaces = `(?1 ->> 'startGroup' IS NULL OR s.startGroup = ?1 ->> 'startGroup')
      AND (?1 ->> 'race' IS NULL OR g.race = ?1 ->> 'race')`

/** Lines of a roster: FROM and WHERE. ?1 is `given`. */
function lines({ filter, parts }: RosterChoice): string {
  const places =
    parts === 'none'
      ? ''
      : `LEFT JOIN start_group_participant s ON s.eventParticipant = ep.id AND s.deletedOn IS NULL
      LEFT JOIN start_group g ON g.id = s.startGroup LEFT JOIN race r ON r.id = g.race`
  return `FROM event_participant ep CROSS JOIN person p ON p.id = ep.person ${places}
    WHERE ep.event = ?1 ->> 'event' AND ep.deletedOn IS NULL
      ${filterConditions(filter, (name) => `?1 ->> '${name}'`)} ${parts === 'none' ? '' : `AND ${meantPlaces}`}`
}

function given({ eventId, filter: { startGroupId, race } }: RosterChoice): string {
  return JSON.stringify({ event: eventId, startGroup: startGroupId, race })
}

/** The parts of a roster in their order, and how many lines each has. */
export async function readRosterParts(
  db: Db,
  choice: RosterChoice,
): Promise<readonly RosterPartView[]> {
  const { parts } = choice
  const race = parts === 'none' ? 'NULL' : 'r.id'
  const group = parts === 'startGroup' ? 'g.id' : 'NULL'
  return jsonPage<RosterPartView>(
    db,
    `SELECT json_group_array(json_object('raceId', raceId, 'race', (SELECT name FROM race WHERE id = raceId),
       'startGroupId', groupId, 'startGroup', (SELECT name FROM start_group WHERE id = groupId),
       'entrants', lines) ORDER BY race, seq, groupRow) AS page
     FROM (SELECT race, seq, groupRow, min(raceId) AS raceId, min(groupId) AS groupId, count(*) AS lines
       FROM (SELECT ${keyColumns(parts, 'name')}, ${race} AS raceId, ${group} AS groupId ${lines(choice)})
       GROUP BY race, seq, groupRow)`,
    given(choice),
  )
}

type Read = Omit<RosterRow, 'values'> & {
  readonly values: Readonly<Record<string, string | number | null>>
  readonly own: Readonly<Record<string, string>> | null
}

/** Names of all places of an entry that are meant, each once. */
const allNames = (name: string) => `(SELECT group_concat(name, ', ') FROM (
    SELECT DISTINCT ${name} AS name FROM start_group_participant s
      JOIN start_group g ON g.id = s.startGroup JOIN race r ON r.id = g.race
     WHERE s.eventParticipant = ep.id AND s.deletedOn IS NULL AND ${meantPlaces} ORDER BY s.rowNo))`

/** What a page says of a line; `listed` holds its keys. */
function readLine({ parts, fields }: RosterInput): string {
  const known = fields.filter((name) => !isOwnField(name))
  const values = known.map((name) => `'${name}', ${sources[name]!}`).join(', ')
  const place =
    parts === 'none'
      ? `'raceId', NULL, 'race', ${allNames('r.name')}, 'startGroupId', NULL, 'startGroup', ${allNames('g.name')}`
      : `'raceId', r.id, 'race', r.name, 'startGroupId', g.id, 'startGroup', g.name`
  return `json_object('id', ep.id, 'bib', ep.number, 'firstName', p.firstName, 'lastName', p.lastName,
    'status', ${sources['status']}, 'tag', ${sources['tag']}, ${place}, 'values', json_object(${values}),
    'own', json(${known.length < fields.length ? 'ep.own' : 'NULL'}))`
}

/**
 * One page of lines. What changes between two pages moves nobody but itself: a page begins where the one before ended.
 * @throws SyntaxError where `after` is no `next` of a page
 */
export async function readRosterPage(
  db: Db,
  input: RosterInput,
): Promise<{ readonly rows: readonly RosterRow[]; readonly next: string | null }> {
  const { parts, order, fields, after, limit } = input
  const position: unknown = after === null ? null : JSON.parse(after)
  const isBeyond = `(${keys.join(', ')}) > (${keys.map((key) => `?2 ->> '${key}'`).join(', ')})`
  const place =
    parts === 'none'
      ? ''
      : `LEFT JOIN start_group_participant s ON s.rowNo = listed.place
     LEFT JOIN start_group g ON g.id = s.startGroup LEFT JOIN race r ON r.id = g.race`
  const sorted = keys.map((key) => `listed.${key}`).join(', ')
  const [found] = await rows<{ page: string; next: string | null }>(
    db,
    `WITH listed AS MATERIALIZED (SELECT * FROM (SELECT ${keyColumns(parts, order)} ${lines(input)})
       WHERE ?2 IS NULL OR ${isBeyond} ORDER BY ${keys.join(', ')} LIMIT ?3)
     SELECT json_group_array(${readLine(input)} ORDER BY ${sorted}) AS page,
       (SELECT json_object(${keys.map((key) => `'${key}', ${key}`).join(', ')}) FROM listed
         LIMIT 1 OFFSET ?3 - 1) AS next
     FROM listed CROSS JOIN event_participant ep ON ep.rowNo = listed.entry
       CROSS JOIN person p ON p.id = ep.person ${place}`,
    given(input),
    position === null ? null : JSON.stringify(position),
    limit,
  )
  const page = JSON.parse(found?.page ?? '[]') as Read[]
  return {
    rows: page.map(({ own, values, ...line }) => ({
      ...line,
      values: valuesOf({ ...values, ...own }, fields),
    })),
    next: found?.next ?? null,
  }
}

function valuesOf(
  all: Readonly<Record<string, string | number | null>>,
  fields: readonly string[],
): RosterRow['values'] {
  return Object.fromEntries(
    fields.flatMap((name) => {
      const value = all[name] ?? null
      return value === null || value === '' ? [] : [[name, value] as const]
    }),
  )
}
