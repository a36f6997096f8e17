/** Checking a page of changes of one entity against the model and the records that are there, before anything is written. */
import type { Problem } from '../../contract/problem.ts'
import type { EntityName } from '../../contract/words.ts'
import type { Trx } from '../db/schema.ts'
import { entities } from '../model/entities.ts'
import type { UniqueRule } from '../model/field.ts'
import { displayName, normaliseFields, type Fields, type MasterRecord } from '../model/record.ts'
import { findHolders, findLive, findReferrers, ruleKey } from './holders.ts'
import { readRecords } from './records.ts'
import type { Change, ChangeOutcome, Prepared } from './change.ts'

/**
 * Prepares the changes of one entity; refused and unchanged ones land in `outcomes`.
 * @param earlier what is prepared already in this call: parents that will exist
 * @param leaving ids of all records this call deletes: they no longer count as using their parents
 */
export async function prepareChanges(
  trx: Trx,
  entity: EntityName,
  changes: readonly Change[],
  earlier: readonly Prepared[],
  leaving: ReadonlySet<string>,
  outcomes: Map<Change, ChangeOutcome>,
): Promise<readonly Prepared[]> {
  const refuse = (change: Change, problem: Problem) =>
    void outcomes.set(change, { status: 'refused', id: change.id, problem })
  const befores = await readRecords(
    trx,
    entity,
    changes.map((change) => change.id),
  )
  let prepared: Prepared[] = []
  for (const change of changes) {
    const result = prepareOne(entity, change, befores.get(change.id) ?? null)
    if ('refused' in result) refuse(change, result.refused)
    else if ('unchanged' in result) outcomes.set(change, { status: 'unchanged', id: change.id })
    else prepared.push(result)
  }
  prepared = await keepReferences(trx, entity, prepared, earlier, refuse)
  prepared = await keepUnused(trx, entity, prepared, leaving, refuse)
  for (const rule of entities[entity].unique) {
    prepared = await keepUnique(trx, entity, rule, prepared, refuse)
  }
  return prepared
}

type One = Prepared | { readonly refused: Problem } | { readonly unchanged: true }

/** One change against its own record. Pure. */
export function prepareOne(entity: EntityName, change: Change, before: MasterRecord | null): One {
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
  const { fields: given, invalid } = normaliseFields(entity, change.fields)
  const fields: Record<string, Fields[string]> = {}
  for (const { name, initial, required } of definitions) {
    fields[name] = name in given ? given[name]! : (before?.fields[name] ?? null)
    if (fields[name] === null && initial !== undefined) fields[name] = initial
    if (required && fields[name] === null && !(name in invalid)) {
      ;(invalid as Record<string, string>)[name] = 'is missing'
    }
  }
  if (Object.keys(invalid).length > 0) return { refused: invalidProblem(entity, invalid) }
  if (before && definitions.every(({ name }) => fields[name] === before.fields[name])) {
    return { unchanged: true }
  }
  return { change, action: before ? 'updated' : 'created', before, fields }
}

function invalidProblem(entity: EntityName, invalid: Readonly<Record<string, string>>): Problem {
  const words = Object.entries(invalid).map(([name, reason]) => {
    const field = entities[entity].fields.find((candidate) => candidate.name === name)
    return `${field?.label ?? name} ${reason}`
  })
  return {
    code: 'invalid',
    message: `${words.join('; ')}.`,
    fix: 'Correct the value and save again.',
    fields: invalid,
  }
}

type Refuse = (change: Change, problem: Problem) => void

/** Keeps changes whose references point to live records, in the database or earlier in this call. */
async function keepReferences(
  trx: Trx,
  entity: EntityName,
  prepared: readonly Prepared[],
  earlier: readonly Prepared[],
  refuse: Refuse,
): Promise<Prepared[]> {
  let kept = prepared.filter((item) => item.action !== 'deleted')
  const untouched = prepared.filter((item) => item.action === 'deleted')
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
          [name]: `is unknown: no ${entities[refersTo].label.toLowerCase()} has the id ${id}`,
        }),
      )
      return false
    })
  }
  return [...kept, ...untouched]
}

/** Keeps deletions of records nobody refers to any more. */
async function keepUnused(
  trx: Trx,
  entity: EntityName,
  prepared: readonly Prepared[],
  leaving: ReadonlySet<string>,
  refuse: Refuse,
): Promise<Prepared[]> {
  const deletions = prepared.filter((item) => item.action === 'deleted')
  if (deletions.length === 0) return [...prepared]
  const used = await findReferrers(
    trx,
    entity,
    deletions.map((item) => item.change.id),
    leaving,
  )
  return prepared.filter(({ change, action, fields }) => {
    const holder = action === 'deleted' ? used.get(change.id) : undefined
    if (!holder) return true
    refuse(change, {
      code: 'taken',
      message: `${displayName(entity, fields)} is still used by ${entities[holder.entity as EntityName].label.toLowerCase()} ${holder.display}.`,
      fix: 'Delete or change that one first.',
      holder,
    })
    return false
  })
}

/** Keeps changes that take nothing another live record holds. Within one page the first one wins. */
async function keepUnique(
  trx: Trx,
  entity: EntityName,
  rule: UniqueRule,
  prepared: readonly Prepared[],
  refuse: Refuse,
): Promise<Prepared[]> {
  const takes = (item: Prepared): boolean => {
    if (item.action === 'deleted') return false
    const key = ruleKey(rule, item.fields)
    if (!key) return false
    const before = item.before ? ruleKey(rule, item.before.fields) : null
    return before?.join('\u0000') !== key.join('\u0000')
  }
  const takers = prepared.filter(takes)
  if (takers.length === 0) return [...prepared]
  const holders = await findHolders(
    trx,
    entity,
    rule,
    takers.map(({ change, fields }) => ({ id: change.id, fields })),
  )
  const first = new Map<string, Prepared>()
  return prepared.filter((item) => {
    if (!takes(item)) return true
    const key = ruleKey(rule, item.fields)!.join('\u0000')
    const earlier = first.get(key)
    const holder =
      holders.get(item.change.id) ??
      (earlier && {
        entity,
        id: earlier.change.id,
        display: displayName(entity, earlier.fields),
      })
    if (!holder) {
      first.set(key, item)
      return true
    }
    const wanted = item.fields[rule.fields.at(-1)!]
    const label = rule.what.charAt(0).toUpperCase() + rule.what.slice(1)
    const shown = entities[entity].fields.find((field) => field.name === rule.fields.at(-1))
      ?.refersTo
      ? ''
      : ` ${String(wanted)}`
    refuse(item.change, {
      code: 'taken',
      message: `${label}${shown} is taken by ${holder.display}.`,
      fix: `Choose another ${rule.what}, or take it from ${holder.display} first.`,
      fields: { [rule.fields.at(-1)!]: `is taken by ${holder.display}` },
      holder,
    })
    return false
  })
}
