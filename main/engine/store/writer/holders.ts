/** Rules between records: who holds a bib or tag already, whether a referred record exists, who still refers to one. */
import type { Holder } from '../../../contract/problem.ts'
import type { EntityName } from '../../../contract/words.ts'
import type { Db, Trx } from '../../db/schema.ts'
import { entities, entitiesInOrder } from '../../model/entities.ts'
import type { UniqueRule } from '../../model/field.ts'
import type { Fields } from '../../model/record.ts'
import { displaySql } from '../sql/master-columns.ts'
import { page } from '../sql/page.ts'
import { rows } from '../sql/statement.ts'

/** A record as it would be after the change. */
export interface Candidate {
  readonly id: string
  readonly fields: Fields
}

/** One thing a record holds by a rule: in which field, and the values that are compared. */
export interface Held {
  readonly field: string
  readonly values: readonly string[]
  /** The same values always make the same text, whichever field holds them. */
  readonly text: string
}

/** A live record that holds what is wanted, with the fields that say whether it shares. */
export interface HeldBy {
  readonly holder: Holder
  readonly fields: Fields
}

/** What a record holds by a rule; nothing where a part is empty or its status frees it. */
export function heldBy(rule: UniqueRule, fields: Fields): readonly Held[] {
  if (rule.unlessStatus !== undefined && fields['status'] === rule.unlessStatus) return []
  const scope: string[] = []
  for (const name of rule.fields.slice(0, -1)) {
    const value = fields[name] ?? null
    if (value === null) return []
    scope.push(String(value))
  }
  const held: Held[] = []
  for (const field of takingFields(rule)) {
    const value = fields[field] ?? null
    if (value === null) continue
    const values = [...scope, String(value)]
    held.push({ field, values, text: values.join('\u0000') })
  }
  return held
}

/** The fields of a rule that hold what only one record may have. */
export function takingFields(rule: UniqueRule): readonly string[] {
  const last = rule.fields.at(-1)!
  return rule.orIn === undefined ? [last] : [last, rule.orIn]
}

/**
 * Records that already hold what candidates want, by the candidate's id and the text of what it wants. One statement
 * for all candidates. Candidates among each other are the caller's to compare.
 */
export async function findHolders(
  trx: Trx,
  entity: EntityName,
  rule: UniqueRule,
  candidates: readonly Candidate[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, readonly HeldBy[]>>> {
  const asked = candidates.flatMap(({ id, fields }) =>
    heldBy(rule, fields).map(({ values, text }) => ({ id, values, text })),
  )
  const result = new Map<string, Map<string, HeldBy[]>>()
  if (asked.length === 0) return result
  const { alike, apart } = rule.shared ?? {}
  const status = rule.unlessStatus ? `AND r.status <> '${rule.unlessStatus}'` : ''
  const scope = rule.fields.slice(0, -1)
  const values = rule.fields.map((_, at) => `value${at}`)
  const wanted = page({
    id: 'text',
    ...Object.fromEntries(values.map((name) => [name, 'text'] as const)),
  })
  const holding = takingFields(rule).map(
    (field) => `SELECT item.position AS asked, r.id AS id, ${displaySql(entity, 'r')} AS display,
       ${alike ? `r.${alike}` : 'NULL'} AS alike, ${apart ? `r.${apart}` : 'NULL'} AS apart
     FROM ${wanted.from()} CROSS JOIN ${entities[entity].table} AS r
     WHERE ${[...scope, field].map((name, at) => `r.${name} = item.value${at}`).join(' AND ')}
       AND r.deletedOn IS NULL ${status} AND r.id <> item.id`,
  )
  const found = await rows<{
    asked: number
    id: string
    display: string
    alike: string | null
    apart: number | null
  }>(
    trx,
    holding.join(' UNION ALL '),
    wanted.json(
      asked.map((one) => ({
        id: one.id,
        ...Object.fromEntries(one.values.map((value, at) => [`value${at}`, value])),
      })),
    ),
  )
  for (const row of found) {
    const { id, text } = asked[row.asked]!
    const ofCandidate = result.get(id) ?? new Map<string, HeldBy[]>()
    result.set(id, ofCandidate)
    const fields = rule.shared ? { [alike!]: row.alike, [apart!]: row.apart } : {}
    const one = { holder: { entity, id: row.id, display: row.display }, fields }
    ofCandidate.set(text, [...(ofCandidate.get(text) ?? []), one])
  }
  return result
}

/** Ids of `wanted` that are live records of the entity. */
export async function findLive(
  db: Db,
  entity: EntityName,
  wanted: readonly string[],
): Promise<ReadonlySet<string>> {
  if (wanted.length === 0) return new Set()
  const found = await rows<{ id: string }>(
    db,
    `SELECT r.id AS id FROM json_each(?) AS item CROSS JOIN ${entities[entity].table} AS r
     WHERE r.id = item.value AND r.deletedOn IS NULL`,
    JSON.stringify(wanted),
  )
  return new Set(found.map((row) => row.id))
}

/** A field of one kind of record that refers to another kind. */
export interface Referrer {
  readonly entity: EntityName
  readonly field: string
  /** The record cannot be without what it refers to. */
  readonly required: boolean
}

const referrersOf: ReadonlyMap<EntityName, readonly Referrer[]> = new Map(
  entitiesInOrder.map(({ name }) => [
    name,
    entitiesInOrder.flatMap((child) =>
      child.fields
        .filter((field) => field.refersTo === name)
        .map((field): Referrer => ({
          entity: child.name,
          field: field.name,
          required: field.required ?? false,
        })),
    ),
  ]),
)

/** The fields that refer to this kind of record. */
export function referrersTo(entity: EntityName): readonly Referrer[] {
  return referrersOf.get(entity)!
}

/** For each id, one live record that still refers to it; records in `leaving` do not count. */
export async function findReferrers(
  trx: Trx,
  entity: EntityName,
  ids: readonly string[],
  leaving: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Holder>> {
  const result = new Map<string, Holder>()
  if (ids.length === 0) return result
  const leavingList = JSON.stringify([...leaving])
  for (const { entity: child, field } of referrersTo(entity)) {
    const found = await rows<{ referred: string; id: string; display: string }>(
      trx,
      `SELECT item.value AS referred, r.id AS id, ${displaySql(child, 'r')} AS display
       FROM json_each(?1) AS item CROSS JOIN ${entities[child].table} AS r
       WHERE r.${field} = item.value AND r.deletedOn IS NULL
         AND r.id NOT IN (SELECT value FROM json_each(?2))
       GROUP BY item.value`,
      JSON.stringify(ids),
      leavingList,
    )
    for (const row of found) {
      result.set(row.referred, { entity: child, id: row.id, display: row.display })
    }
  }
  return result
}
