/** Entrants as a start list has them, page by page. */
import type { FieldValue } from '../../../contract/records.ts'
import type { OwnField } from '../../../contract/own-fields.ts'
import type { Db } from '../../db/schema.ts'
import type { Fields } from '../../model/record.ts'
import { rows } from '../sql/statement.ts'

/** Column of a start list → where its value is. */
const sources: Readonly<Record<string, string>> = {
  event: '(SELECT e.name FROM event e WHERE e.id = ep.event)',
  bib: 'ep.number',
  first_name: 'p.firstName',
  last_name: 'p.lastName',
  gender: 'p.gender',
  age: 'ep.age',
  date_of_birth: 'p.dateOfBirth',
  email: 'p.email',
  phone: 'p.phone',
  city: 'p.city',
  state: 'p.state',
  postal_code: 'p.postalCode',
  country: 'p.country',
  club: '(SELECT o.name FROM organisation o WHERE o.id = p.organisation)',
  race: 'r.name',
  start_group: 'g.name',
  tag: '(SELECT t.number FROM tag t WHERE t.id = ep.tag)',
  spare_tag: '(SELECT t.number FROM tag t WHERE t.id = ep.spareTag)',
  category: 'ep.category',
  status: 'ep.status',
  notes: 'ep.notes',
  team: 'ep.team',
  leg: 'ep.leg',
  shirt: 'ep.shirt',
  giveaway: 'ep.giveaway',
  paid: 'ep.paid',
  waiver: 'ep.waiver',
  street: 'p.street',
  nationality: 'p.nationality',
  language: 'p.language',
}

/** Written only when asked for. */
const sensitiveSources: Readonly<Record<string, string>> = {
  emergency_contact: 'p.emergencyContactName',
  emergency_phone: 'p.emergencyContactNumber',
  medical_conditions: 'p.medicalConditions',
  identity_number: 'p.identityNumber',
  identity_type: 'p.identityType',
  identity_country: 'p.identityCountry',
}

/** SQLite keeps yes and no as 1 and 0. */
const booleans: ReadonlySet<string> = new Set(['paid', 'waiver'])

const sourcesOf = (sensitive: boolean) =>
  sensitive ? { ...sources, ...sensitiveSources } : sources

/**
 * In the order of the file; own fields of events come last, under their labels, and under their names where several have
 * one label.
 */
export function entrantColumns(
  sensitive: boolean,
  own: readonly OwnField[] = [],
): readonly string[] {
  const plain = ({ label }: OwnField) => label.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
  const shared = Map.groupBy(own, plain)
  const heads = own.map((field) =>
    shared.get(plain(field))!.length > 1 ? field.name : field.label,
  )
  return [...Object.keys(sourcesOf(sensitive)), ...heads]
}

const statementOf = (
  sensitive: boolean,
) => `SELECT json_group_array(json(item)) AS page, max(rowNo) AS last, count(DISTINCT rowNo) AS entrants FROM (
    SELECT ep.rowNo AS rowNo, json_array(${Object.values(sourcesOf(sensitive)).join(', ')}, ep.own) AS item
    FROM event_participant ep CROSS JOIN person p ON p.id = ep.person
      LEFT JOIN start_group_participant s ON s.eventParticipant = ep.id AND s.deletedOn IS NULL
      LEFT JOIN start_group g ON g.id = s.startGroup LEFT JOIN race r ON r.id = g.race
    WHERE ep.deletedOn IS NULL AND ep.rowNo > ?1 AND ep.rowNo <= coalesce((SELECT rowNo FROM event_participant
      WHERE rowNo > ?1 AND deletedOn IS NULL ORDER BY rowNo LIMIT 1 OFFSET ?2 - 1), 9223372036854775807)
    ORDER BY ep.rowNo, s.rowNo)`

export interface EntrantPage {
  /** Values in the order of the columns. */
  readonly rows: readonly (readonly FieldValue[])[]
  /** Where the next page begins; null after the last. */
  readonly last: number | null
}

/**
 * A row for each race an entrant is in, so that an import finds all of them again.
 * @param after row number of the last entrant of the page before, 0 for the first
 */
export async function readEntrantPage(
  db: Db,
  after: number,
  {
    limit,
    sensitive,
    own = [],
  }: {
    readonly limit: number
    readonly sensitive: boolean
    /** Own fields that are written. */
    readonly own?: readonly OwnField[]
  },
): Promise<EntrantPage> {
  const statement = statementOf(sensitive)
  const [found] = await rows<{ page: string; last: number | null; entrants: number }>(
    db,
    statement,
    after,
    limit,
  )
  const flags = entrantColumns(sensitive).map((column) => booleans.has(column))
  const page = (JSON.parse(found?.page ?? '[]') as FieldValue[][]).map((row) => {
    const values = (row.at(-1) ? JSON.parse(row.at(-1) as string) : {}) as Fields
    return [
      ...flags.map((isFlag, at) => (isFlag && row[at] !== null ? row[at] === 1 : row[at]!)),
      ...own.map(({ name }) => values[name] ?? null),
    ]
  })
  return { rows: page, last: found?.entrants === limit ? found.last : null }
}
