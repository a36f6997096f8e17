/** Finding the entrants a start list speaks of. One statement per question, whatever the number of rows. */
import type { FieldValue } from '../../../contract/records.ts'
import type { Db } from '../../db/schema.ts'
import { foldLabel } from '../../model/folded-label.ts'
import type { Fields } from '../../model/record.ts'
import { page } from '../sql/page.ts'
import { jsonPage, rows } from '../sql/statement.ts'

/** Fields of a person that a start list can fill, in the order the statements answer them. */
const personFields = [
  'firstName',
  'lastName',
  'gender',
  'dateOfBirth',
  'email',
  'phone',
  'city',
  'state',
  'postalCode',
  'country',
  'organisation',
  'street',
  'nationality',
  'language',
  'emergencyContactName',
  'emergencyContactNumber',
  'medicalConditions',
  'identityNumber',
  'identityType',
  'identityCountry',
] as const
const participantFields = [
  'number',
  'tag',
  'category',
  'age',
  'status',
  'notes',
  'team',
  'leg',
  'spareTag',
  'shirt',
  'giveaway',
  'paid',
  'waiver',
] as const

/** SQLite keeps yes and no as 1 and 0. */
const booleans: ReadonlySet<string> = new Set(['paid', 'waiver'])
const flag = (value: FieldValue) => (value === null ? null : value === 1)

export interface KnownPlace {
  readonly id: string
  readonly startGroup: string
  readonly race: string
}

/** A person, and their entry in the event that was asked for, if any. */
export interface KnownEntrant {
  readonly person: { readonly id: string; readonly fields: Readonly<Record<string, FieldValue>> }
  readonly participant: {
    readonly id: string
    readonly event: string
    readonly fields: Readonly<Record<string, FieldValue>>
    readonly tagStatus: string | null
    /** Number of the tag. */
    readonly tagCode?: string | null
    readonly spareTagStatus?: string | null
    readonly spareTagCode?: string | null
    readonly places: readonly KnownPlace[]
  } | null
}

const columns = `json_array(p.id, ${personFields.map((name) => `p.${name}`).join(', ')},
  ep.id, ep.event, ${participantFields.map((name) => `ep.${name}`).join(', ')},
  (SELECT t.status FROM tag t WHERE t.id = ep.tag), (SELECT t.number FROM tag t WHERE t.id = ep.tag),
  (SELECT t.status FROM tag t WHERE t.id = ep.spareTag), (SELECT t.number FROM tag t WHERE t.id = ep.spareTag),
  (SELECT json_group_array(json_array(s.id, s.startGroup, g.race))
     FROM start_group_participant s JOIN start_group g ON g.id = s.startGroup
    WHERE s.eventParticipant = ep.id AND s.deletedOn IS NULL), ep.own)`

const bibs = page({ event: 'text', number: 'text' })

const byBib = `SELECT json_group_array(${columns}) AS page
  FROM ${bibs.from('?1', 'wanted')}
  CROSS JOIN event_participant ep ON ep.event = wanted.event AND ep.number = wanted.number
    AND ep.deletedOn IS NULL
  CROSS JOIN person p ON p.id = ep.person`

const inEvent = `LEFT JOIN event_participant ep ON ep.person = p.id AND ep.event = wanted.event
    AND ep.deletedOn IS NULL
  WHERE p.deletedOn IS NULL`

const names = page({ event: 'text', foldedName: 'text', dateOfBirth: 'text?', outside: 'any' })

const byName = `SELECT json_group_array(${columns}) AS page
  FROM ${names.from('?1', 'wanted')}
  CROSS JOIN person p ON p.foldedName = wanted.foldedName
  ${inEvent} AND (wanted.dateOfBirth IS NULL OR p.dateOfBirth IS NULL OR p.dateOfBirth = wanted.dateOfBirth)
    AND (wanted.outside OR ep.id IS NOT NULL)`

/**
 * So many people at most say something by what they share. A birth date or an address that more have stands for none:
 * 1900-01-01, the agency that entered everybody.
 */
export const fewShare = 50

const sharedByFew = (column: string) =>
  `(SELECT count(*) FROM (SELECT 1 FROM person other WHERE other.${column} = wanted.${column} LIMIT ${fewShare + 1})) <= ${fewShare}`

const emails = page({ event: 'text', email: 'text' })

const byEmail = `SELECT json_group_array(${columns}) AS page
  FROM ${emails.from('?1', 'wanted')} CROSS JOIN person p ON p.email = wanted.email
  ${inEvent} AND ${sharedByFew('email')}`

const births = page({ event: 'text', dateOfBirth: 'text', foldedName: 'text', firstName: 'text' })

const byBirthDate = `SELECT json_group_array(${columns}) AS page
  FROM ${births.from('?1', 'wanted')} CROSS JOIN person p ON p.dateOfBirth = wanted.dateOfBirth
  ${inEvent} AND ${sharedByFew('dateOfBirth')} AND (substr(p.foldedName, 1, 1) IN (substr(wanted.foldedName, 1, 1), substr(wanted.firstName, 1, 1))
    OR p.foldedName LIKE '%, ' || wanted.firstName)`

/** Holders of bibs: `[event id, bib]` pairs. */
export function entrantsByBib(
  db: Db,
  pairs: readonly (readonly [string, string])[],
): Promise<readonly KnownEntrant[]> {
  return read(
    db,
    byBib,
    bibs,
    pairs.map(([event, number]) => ({ event, number })),
  )
}

/**
 * Persons of this name: `[event id, folded full name, birth date or null, also outside the event]`. Whoever was born on
 * another day is somebody else, and where nothing but the name is known nobody outside is meant: a common name has
 * hundreds.
 */
export function entrantsByName(
  db: Db,
  named: readonly (readonly [string, string, string | null, boolean])[],
): Promise<readonly KnownEntrant[]> {
  const wanted = named.map(([event, foldedName, dateOfBirth, outside]) => ({
    ...{ event, foldedName },
    ...{ dateOfBirth, outside },
  }))
  return read(db, byName, names, wanted)
}

/**
 * Persons born on this day, where few were, whose name may be similar: `[event id, birth date, folded full name, folded first name]`. One
 * of their names begins like one of the given ones, or the first names are the same.
 */
export function entrantsByBirthDate(
  db: Db,
  born: readonly (readonly [string, string, string, string])[],
): Promise<readonly KnownEntrant[]> {
  const wanted = born.map(([event, dateOfBirth, foldedName, firstName]) => ({
    ...{ event, dateOfBirth },
    ...{ foldedName, firstName },
  }))
  return read(db, byBirthDate, births, wanted)
}

/** Persons with this e-mail address, where few have it: `[event id, address]`. */
export function entrantsByEmail(
  db: Db,
  pairs: readonly (readonly [string, string])[],
): Promise<readonly KnownEntrant[]> {
  return read(
    db,
    byEmail,
    emails,
    pairs.map(([event, email]) => ({ event, email })),
  )
}

/** An entry that was deleted here, and whose it was. */
export interface DeletedEntrant {
  readonly event: string
  readonly number: string | null
  /** Null when the person was deleted too. */
  readonly personId: string | null
  readonly person: Readonly<Record<string, FieldValue>>
  /** Stamp. */
  readonly deletedOn: number
  readonly who: string
}

/** Whether anybody was deleted from an event. */
export async function hasDeleted(db: Db, event: string): Promise<boolean> {
  const found = await rows<{ found: number }>(
    db,
    `SELECT 1 AS found FROM event_participant WHERE event = ? AND deletedOn IS NOT NULL LIMIT 1`,
    event,
  )
  return found.length > 0
}

const deletedNames = page({ event: 'text', foldedName: 'text' })

/**
 * Entries of these names that were deleted from the event: `[event id, folded full name]`. Not those an import took back
 * itself.
 */
export async function deletedEntrants(
  db: Db,
  named: readonly (readonly [string, string])[],
): Promise<readonly DeletedEntrant[]> {
  if (named.length === 0) return []
  const answers = await jsonPage<readonly unknown[]>(
    db,
    `SELECT json_group_array(json_array(ep.event, ep.number, ep.deletedOn, ep.modifiedBy,
       iif(p.deletedOn IS NULL, p.id, NULL),
       ${personFields.map((name) => `p.${name}`).join(', ')})) AS page
     FROM ${deletedNames.from('?1', 'wanted')} CROSS JOIN person p ON p.foldedName = wanted.foldedName
     CROSS JOIN event_participant ep ON ep.person = p.id AND ep.event = wanted.event
       AND ep.deletedOn IS NOT NULL
     WHERE coalesce((SELECT a.origin FROM audit a WHERE a.stamp = ep.deletedOn), '') <> 'import'`,
    deletedNames.json(named.map(([event, foldedName]) => ({ event, foldedName }))),
  )
  return answers.map(([event, number, deletedOn, who, personId, ...person]) => ({
    event: event as string,
    number: number as string | null,
    deletedOn: deletedOn as number,
    who: who as string,
    personId: personId as string | null,
    person: Object.fromEntries(
      personFields.map((name, at) => [name, (person[at] ?? null) as FieldValue]),
    ),
  }))
}

async function read<Wanted>(
  db: Db,
  statement: string,
  asked: { distinctJson(rows: readonly Wanted[]): string },
  wanted: readonly Wanted[],
): Promise<readonly KnownEntrant[]> {
  if (wanted.length === 0) return []
  // Rows of a page ask for the same again and again; each answer counts once.
  const answers = await jsonPage<readonly unknown[]>(db, statement, asked.distinctJson(wanted))
  const found = new Map(answers.map(fromArray).map((known) => [idOf(known), known]))
  return [...found.values()]
}

const idOf = ({ person, participant }: KnownEntrant) => participant?.id ?? person.id

function fromArray(array: readonly unknown[]): KnownEntrant {
  const value = (at: number) => (array[at] ?? null) as FieldValue
  const named = (names: readonly string[], from: number) =>
    Object.fromEntries(
      names.map((name, at) => [
        name,
        booleans.has(name) ? flag(value(from + at)) : value(from + at),
      ]),
    )
  const entry = personFields.length + 1
  const rest = entry + 2 + participantFields.length
  const id = array[entry] as string | null
  const own = array[rest + 5]
  return {
    person: { id: array[0] as string, fields: named(personFields, 1) },
    participant:
      id === null
        ? null
        : {
            id,
            event: array[entry + 1] as string,
            fields: {
              ...named(participantFields, entry + 2),
              ...(typeof own === 'string' && (JSON.parse(own) as Fields)),
            },
            tagStatus: array[rest] as string | null,
            tagCode: array[rest + 1] as string | null,
            spareTagStatus: array[rest + 2] as string | null,
            spareTagCode: array[rest + 3] as string | null,
            places: (array[rest + 4] as (readonly [string, string, string])[]).map(
              ([place, startGroup, race]) => ({ id: place, startGroup, race }),
            ),
          },
  }
}

/** A tag that is there already. */
export interface KnownTag {
  readonly code: string
  readonly id: string
  readonly status: string | null
}

const tagsByCode = `SELECT json_group_array(json_object('code', code, 'id', id, 'status', status)) AS page FROM (
    SELECT wanted.value AS code, t.id AS id, t.status AS status, 0 AS rank
      FROM json_each(?1) AS wanted CROSS JOIN tag t ON t.number = wanted.value AND t.deletedOn IS NULL
    UNION ALL
    SELECT wanted.value, t.id, t.status, 1
      FROM json_each(?1) AS wanted CROSS JOIN tag t ON t.barcode = wanted.value AND t.deletedOn IS NULL
    UNION ALL
    SELECT wanted.value, t.id, t.status, 2
      FROM json_each(?1) AS wanted CROSS JOIN tag t ON t.uuid = wanted.value AND t.deletedOn IS NULL
    ORDER BY rank DESC)`

/** Live tags by number, else barcode, else EPC: by the code that was asked for. */
export async function findTags(
  db: Db,
  codes: readonly string[],
): Promise<ReadonlyMap<string, KnownTag>> {
  if (codes.length === 0) return new Map()
  const found = await jsonPage<KnownTag>(db, tagsByCode, JSON.stringify(codes))
  return new Map(found.map((tag) => [tag.code, tag]))
}

const clubs = page({ name: 'text', foldedName: 'text' })

/** Ids of live organisations by name: as it is written, else the oldest that looks the same (`foldLabel`). */
export async function findOrganisations(
  db: Db,
  named: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (named.length === 0) return new Map()
  const found = await jsonPage<readonly [string, string]>(
    db,
    `SELECT json_group_array(json_array(wanted.name, o.id)
       ORDER BY o.name = wanted.name, o.rowNo DESC) AS page
     FROM ${clubs.from('?1', 'wanted')}
     CROSS JOIN organisation o ON o.foldedName = wanted.foldedName AND o.deletedOn IS NULL`,
    clubs.json(named.map((name) => ({ name, foldedName: foldLabel(name) }))),
  )
  // Of several the last one stays.
  return new Map(found)
}

export interface EventOutline {
  readonly id: string
  /** ISO 8601 UTC, null where the event has no day yet. */
  readonly startDateTime?: string | null
  readonly races: readonly { readonly id: string; readonly name: string }[]
  readonly startGroups: readonly {
    readonly id: string
    readonly race: string
    readonly name: string
    readonly seq: number | null
  }[]
}

/** A live event by its exact name with its races and start groups; null when there is none. */
export async function readEventOutline(db: Db, name: string): Promise<EventOutline | null> {
  const [outline] = await jsonPage<EventOutline>(
    db,
    `SELECT json_group_array(json_object('id', e.id, 'startDateTime', e.startDateTime,
       'races', (SELECT json_group_array(json_object('id', r.id, 'name', r.name))
          FROM race r WHERE r.event = e.id AND r.deletedOn IS NULL),
       'startGroups', (SELECT json_group_array(json_object('id', g.id, 'race', g.race, 'name', g.name, 'seq', g.seq))
          FROM race r JOIN start_group g ON g.race = r.id
         WHERE r.event = e.id AND r.deletedOn IS NULL AND g.deletedOn IS NULL))) AS page
     FROM event e WHERE e.name = ? AND e.deletedOn IS NULL`,
    name,
  )
  return outline ?? null
}

/** Names of live events, at most `limit`, newest first. */
export async function readEventNames(db: Db, limit: number): Promise<readonly string[]> {
  return jsonPage<string>(
    db,
    `SELECT json_group_array(name) AS page FROM
       (SELECT name FROM event WHERE deletedOn IS NULL ORDER BY rowNo DESC LIMIT ?)`,
    limit,
  )
}
