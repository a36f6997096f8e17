/** Checking a page of changes of one entity against the model and the records that are there, before anything is written. */
import type { Problem } from '../../../contract/problem.ts'
import { unfitText } from '../../../contract/unfit-words-en.ts'
import type { Unfit } from '../../../contract/unfit.ts'
import type { EntityName } from '../../../contract/words.ts'
import type { Trx } from '../../db/schema.ts'
import type { OwnField } from '../../../contract/own-fields.ts'
import { entities, findField } from '../../model/entities.ts'
import { ownFieldsOf, ownNames, readOwnValue } from '../../model/own-fields.ts'
import {
  normaliseFields,
  withPhonesOf,
  type Fields,
  type MasterRecord,
} from '../../model/record.ts'
import type { Change, ChangeOutcome, Prepared, Refuse } from './change.ts'
import { findLive } from './holders.ts'
import { keepUnique } from './keep-unique.ts'
import { readOwnFields } from '../sql/own-fields.ts'
import { readRecords } from '../sql/records.ts'

/** What a page of changes is prepared with. */
export interface Preparation {
  /** Refused and unchanged changes land here. */
  readonly outcomes: Map<Change, ChangeOutcome>
  /** What is prepared already in this call: parents that will exist, and records that are leaving. */
  readonly earlier: readonly Prepared[]
  /** YYYY-MM-DD, see `todayOf`. */
  readonly today: string
}

/** Prepares what creates and updates records of one entity. */
export async function prepareContent(
  trx: Trx,
  entity: EntityName,
  changes: readonly Change[],
  preparation: Preparation,
): Promise<readonly Prepared[]> {
  const { outcomes, earlier } = preparation
  const refuse: Refuse = (change, problem) =>
    void outcomes.set(change, { status: 'refused', id: change.id, problem })
  let kept = await prepareEach(trx, entity, changes, preparation)
  const leaving = new Set(
    earlier.flatMap(({ action, change }) => (action === 'deleted' ? [change.id] : [])),
  )
  // Who is refused keeps what he has and is no parent: others that counted on it are refused too.
  for (let before = Number.POSITIVE_INFINITY; kept.length < before;) {
    before = kept.length
    kept = await keepReferences(trx, entity, kept, { earlier, refuse })
    for (const rule of entities[entity].unique) {
      kept = await keepUnique(trx, { entity, rule }, kept, { leaving, refuse })
    }
  }
  return kept
}

/** Each change against its own record; refused and unchanged ones land in `outcomes`. */
export async function prepareEach(
  trx: Trx,
  entity: EntityName,
  changes: readonly Change[],
  { outcomes, today }: Omit<Preparation, 'earlier'>,
): Promise<readonly Prepared[]> {
  const befores = await readRecords(
    trx,
    entity,
    changes.map((change) => change.id),
  )
  const isOwn = entity === ownFieldsOf && changes.some(saysOwn)
  const own = isOwn ? await readOwnFields(trx) : []
  const prepared: Prepared[] = []
  for (const change of changes) {
    const before = befores.get(change.id) ?? null
    const checked = saysOwn(change) ? checkOwn(change, before, own) : { change }
    const result =
      'refused' in checked ? checked : prepareOne(entity, checked.change, before, today)
    if ('refused' in result) {
      outcomes.set(change, { status: 'refused', id: change.id, problem: result.refused })
    } else if ('unchanged' in result) outcomes.set(change, { status: 'unchanged', id: change.id })
    else prepared.push({ ...result, change })
  }
  return prepared
}

function saysOwn(change: Change): boolean {
  return change.action !== 'delete' && ownNames(change.fields).length > 0
}

/** The change with own values in the form their definitions want. A value nobody touches stays, defined or not. */
function checkOwn(
  change: Change,
  before: MasterRecord | null,
  own: readonly OwnField[],
): { readonly change: Change } | { readonly refused: Problem } {
  if (change.action === 'delete') return { change }
  const event = change.fields['event'] ?? before?.fields['event']
  const fields: Record<string, Fields[string]> = { ...change.fields }
  const invalid: Record<string, Unfit> = {}
  for (const name of ownNames(fields)) {
    const value = fields[name] ?? null
    if (value === null || value === before?.fields[name]) continue
    const field = own.find((one) => one.eventId === event && one.name === name)
    const read = field ? readOwnValue(field, value) : null
    if (read === null) invalid[name] = { code: 'not-a-field', entity: change.entity }
    else if (read.ok) fields[name] = read.value
    else invalid[name] = read.reason
  }
  return Object.keys(invalid).length > 0
    ? { refused: invalidProblem(change.entity, invalid, own) }
    : { change: { ...change, fields } }
}

type One = Prepared | { readonly refused: Problem } | { readonly unchanged: true }

/** One change against its own record. */
export function prepareOne(
  entity: EntityName,
  change: Change,
  before: MasterRecord | null,
  today: string,
): One {
  const { label, fields: definitions } = entities[entity]
  if (change.action === 'create' && before) {
    return {
      refused: { code: 'wrong-use', message: `${label} ${change.id} exists already.` },
    }
  }
  if (change.action !== 'create' && (!before || before.deletedOn !== null)) {
    if (before && change.action === 'delete') return { unchanged: true }
    return {
      refused: {
        code: 'not-found',
        message: `${label} ${change.id} ${before ? 'was deleted' : 'does not exist'}.`,
        fix: 'Look it up again, or add it anew.',
      },
    }
  }
  if (change.action === 'delete') {
    return { change, action: 'deleted', before, fields: before!.fields }
  }
  const input = before ? withPhonesOf(entity, change.fields, before.fields) : change.fields
  const { fields: given, invalid: refused } = normaliseFields(entity, input, before?.fields, today)
  // What is stored already was taken by the rules of its time: it stays until somebody types another value.
  const invalid = Object.fromEntries(
    Object.entries(refused).filter(([name]) => !before || input[name] !== before.fields[name]),
  )
  const fields: Record<string, Fields[string]> = {}
  for (const { name, initial, required } of definitions) {
    fields[name] = name in given ? given[name]! : (before?.fields[name] ?? null)
    if (fields[name] === null && initial !== undefined) fields[name] = initial
    if (required && fields[name] === null && !(name in invalid)) {
      invalid[name] = { code: 'missing' }
    }
  }
  for (const name of ownNames({ ...before?.fields, ...given })) {
    fields[name] = name in given ? given[name]! : before!.fields[name]!
  }
  if (Object.keys(invalid).length > 0) return { refused: invalidProblem(entity, invalid) }
  const isSame =
    before && Object.keys(fields).every((name) => fields[name] === (before.fields[name] ?? null))
  if (isSame && !change.overruled) {
    return { unchanged: true }
  }
  return { change, action: before ? 'updated' : 'created', before, fields }
}

function invalidProblem(
  entity: EntityName,
  unfit: Readonly<Record<string, Unfit>>,
  own: readonly OwnField[] = [],
): Problem {
  const fields: Record<string, string> = {}
  const words = Object.entries(unfit).map(([name, reason]) => {
    fields[name] = unfitText(reason)
    const field = own.find((one) => one.name === name) ?? findField(entity, name)
    return `${field?.label ?? name} ${fields[name]}`
  })
  return {
    code: 'invalid',
    message: `${words.join('; ')}.`,
    fix: 'Correct the value and save again.',
    fields,
    unfit,
  }
}

/** Keeps changes whose references point to live records, in the database or earlier in this call. */
async function keepReferences(
  trx: Trx,
  entity: EntityName,
  prepared: readonly Prepared[],
  { earlier, refuse }: Pick<Preparation, 'earlier'> & { readonly refuse: Refuse },
): Promise<readonly Prepared[]> {
  let kept = prepared
  for (const { name, refersTo } of entities[entity].fields) {
    if (!refersTo) continue
    const coming = new Set(
      [...earlier, ...kept]
        .filter((item) => item.change.entity === refersTo && item.action !== 'deleted')
        .map((item) => item.change.id),
    )
    const asked = new Set<string>()
    for (const { fields, before } of kept) {
      const id = fields[name]
      if (typeof id === 'string' && id !== before?.fields[name] && !coming.has(id)) asked.add(id)
    }
    if (asked.size === 0) continue
    const live = await findLive(trx, refersTo, [...asked])
    kept = kept.filter(({ change, fields }) => {
      const id = fields[name]
      if (typeof id !== 'string' || !asked.has(id) || live.has(id)) return true
      refuse(
        change,
        invalidProblem(entity, {
          [name]: { code: 'unknown-record', entity: refersTo, id },
        }),
      )
      return false
    })
  }
  return kept
}
