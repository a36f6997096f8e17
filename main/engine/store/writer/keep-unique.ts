/** What only one live record may have: who takes it, who holds it, who lets go of it in the same call. */
import type { Problem } from '../../../contract/problem.ts'
import type { EntityName } from '../../../contract/words.ts'
import type { Trx } from '../../db/schema.ts'
import { entities, fieldOf } from '../../model/entities.ts'
import type { UniqueRule } from '../../model/field.ts'
import { displayName, type Fields } from '../../model/record.ts'
import type { Prepared, Refuse, Written } from './change.ts'
import { findHolders, heldBy, takingFields, type Held, type HeldBy } from './holders.ts'
import { run } from '../sql/statement.ts'

/** What only one live record of a kind may have. */
interface RuleOf {
  readonly entity: EntityName
  readonly rule: UniqueRule
}

interface Leaving {
  /** Ids of records that are deleted in this call. */
  readonly leaving: ReadonlySet<string>
  readonly refuse: Refuse
}

/**
 * Keeps changes that take nothing another live record holds. One that is let go of in the same call is free: two
 * entrants may swap their bibs. Of several that take the same the first wins; legs of one team share.
 */
export async function keepUnique(
  trx: Trx,
  { entity, rule }: RuleOf,
  prepared: readonly Prepared[],
  { leaving, refuse }: Leaving,
): Promise<readonly Prepared[]> {
  const takers = prepared.flatMap((item) => taken(rule, item).map((held) => ({ item, held })))
  if (takers.length === 0) return prepared
  const holders = await findHolders(
    trx,
    entity,
    rule,
    [...new Set(takers.map(({ item }) => item))].map(({ change, fields }) => ({
      id: change.id,
      fields,
    })),
  )
  const standing = new Map(prepared.map((item) => [item.change.id, item]))
  for (let before = Number.POSITIVE_INFINITY; standing.size < before;) {
    before = standing.size
    const earlier = new Map<string, Prepared[]>()
    for (const { item, held } of takers) {
      if (!standing.has(item.change.id)) continue
      const sooner = earlier.get(held.text) ?? []
      earlier.set(held.text, sooner)
      const by = holderOf(item, held) ?? earlierOne(item, sooner)
      if (!by && !sooner.includes(item)) {
        sooner.push(item)
        continue
      }
      standing.delete(item.change.id)
      const { change, fields } = item
      refuse(
        change,
        by ? takenProblem(entity, rule, { held, fields, by }) : twiceProblem(entity, rule, held),
      )
    }
  }
  return prepared.filter(({ change }) => standing.has(change.id))

  /** A record that holds it, does not let go, and does not share. */
  function holderOf({ change, fields }: Prepared, held: Held): HeldBy | undefined {
    for (const one of holders.get(change.id)?.get(held.text) ?? []) {
      if (leaving.has(one.holder.id)) continue
      const moving = standing.get(one.holder.id)
      if (moving && !heldBy(rule, moving.fields).some(({ text }) => text === held.text)) continue
      const after = moving?.fields ?? one.fields
      if (!share(rule, fields, after)) return { holder: one.holder, fields: after }
    }
    return undefined
  }

  function earlierOne(item: Prepared, sooner: readonly Prepared[]): HeldBy | undefined {
    const found = sooner.find((one) => one !== item && !share(rule, one.fields, item.fields))
    if (!found) return undefined
    const display = displayName(entity, found.fields)
    return { holder: { entity, id: found.change.id, display }, fields: found.fields }
  }
}

/** Legs of one team: only a record with both fields shares. */
function share({ shared }: UniqueRule, one: Fields, other: Fields): boolean {
  if (!shared || !isLeg(shared, one) || !isLeg(shared, other)) return false
  return one[shared.alike] === other[shared.alike] && one[shared.apart] !== other[shared.apart]
}

function isLeg(shared: NonNullable<UniqueRule['shared']>, fields: Fields): boolean {
  return (fields[shared.alike] ?? null) !== null && (fields[shared.apart] ?? null) !== null
}

/** What a change takes that its record did not have, and a bib that it shares in another way than before. */
function taken(rule: UniqueRule, { action, before, fields }: Prepared): readonly Held[] {
  if (action === 'deleted') return []
  const after = heldBy(rule, fields)
  const { shared } = rule
  const sameShare = (name: string) => (before?.fields[name] ?? null) === (fields[name] ?? null)
  if (!before || (shared && !(sameShare(shared.alike) && sameShare(shared.apart)))) return after
  const had = new Set(heldBy(rule, before.fields).map(({ text }) => text))
  const twice = new Set(after.map(({ text }) => text)).size < after.length
  return twice ? after : after.filter(({ text }) => !had.has(text))
}

interface Taken {
  readonly held: Held
  /** The change that takes. */
  readonly fields: Fields
  readonly by: HeldBy
}

function takenProblem(entity: EntityName, rule: UniqueRule, taking: Taken): Problem {
  const { held, fields, by } = taking
  const { holder } = by
  const { label, refersTo } = fieldOf(entity, held.field)
  if (rule.shared && (isLeg(rule.shared, fields) || isLeg(rule.shared, by.fields))) {
    return legProblem(entity, rule.shared, taking)
  }
  const shown = refersTo ? label : `${capital(rule.what)} ${String(fields[held.field])}`
  return {
    code: 'taken',
    message: `${shown} is taken by ${holder.display}.`,
    fix: `Choose another ${rule.what}, or take it from ${holder.display} first.`,
    fields: { [held.field]: `is taken by ${holder.display}` },
    holder,
  }
}

/** Who wears the bib is a leg of a team, or who asks for it is one. */
function legProblem(
  entity: EntityName,
  shared: NonNullable<UniqueRule['shared']>,
  { held, fields, by }: Taken,
): Problem {
  const { holder } = by
  const number = `Bib ${String(fields[held.field])}`
  const team = by.fields[shared.alike] ?? null
  const leg = by.fields[shared.apart] ?? null
  const legWord = fieldOf(entity, shared.apart).label.toLowerCase()
  if (team !== null && team === fields[shared.alike] && isLeg(shared, fields)) {
    const which = leg === null ? `wears it without a ${legWord}` : `is ${legWord} ${String(leg)}`
    return {
      code: 'taken',
      message: `${number} is taken by ${holder.display}, who ${which} of ${String(team)}.`,
      fix: `Give each of the team a ${legWord} of their own.`,
      fields: { [shared.apart]: `${holder.display} ${which}` },
      holder,
    }
  }
  const whose = team === null ? '' : ` of ${String(team)}`
  return {
    code: 'taken',
    message: `${number} is taken by ${holder.display}${whose}: only legs of one team share a bib.`,
    fix: `Choose another bib, or give all who wear it the same team and each a ${legWord} of their own.`,
    fields: { [held.field]: `is taken by ${holder.display}${whose}` },
    holder,
  }
}

/** One record cannot hold a thing twice. */
function twiceProblem(entity: EntityName, rule: UniqueRule, { field }: Held): Problem {
  const { label } = fieldOf(entity, field)
  const first = fieldOf(entity, rule.fields.at(-1)!).label.toLowerCase()
  return {
    code: 'invalid',
    message: `${label} is the ${first} of this entrant already.`,
    fix: 'Choose another one, or leave it empty.',
    fields: { [field]: `is the ${first} already` },
  }
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/**
 * Takes what changes hands within a page from those who let go of it, before the page is written: SQLite looks at each
 * row by itself. Their own id with the field, which nobody else has, stands in its place until their row is written.
 */
export async function freeValuesFirst(
  trx: Trx,
  entity: EntityName,
  written: readonly Written[],
): Promise<void> {
  // Records that are made let go of nothing.
  if (!written.some(({ before }) => before !== null && before.deletedOn === null)) return
  const { table, unique } = entities[entity]
  for (const rule of unique) {
    const moves = written.map(({ change, action, before, fields }) => ({
      id: change.id,
      had: before && before.deletedOn === null ? inIndex(rule, before.fields) : [],
      has: action === 'deleted' ? [] : inIndex(rule, fields),
    }))
    const taken = new Set<string>()
    for (const { had, has } of moves) {
      for (const { text } of has) if (!had.some((one) => one.text === text)) taken.add(text)
    }
    for (const field of takingFields(rule)) {
      const givers = moves.filter(({ had, has }) =>
        had.some(
          (one) =>
            one.field === field &&
            taken.has(one.text) &&
            !has.some(({ text }) => text === one.text),
        ),
      )
      if (givers.length === 0) continue
      await run(
        trx,
        `UPDATE ${table} SET ${field} = id || ':${field}' WHERE id IN (SELECT value FROM json_each(?))`,
        JSON.stringify(givers.map(({ id }) => id)),
      )
    }
  }
}

/** What a record holds as the index of the database tells it apart: a leg beside the bib. */
function inIndex(rule: UniqueRule, fields: Fields): readonly Held[] {
  const held = heldBy(rule, fields)
  if (!rule.shared) return held
  const part = String(fields[rule.shared.apart] ?? 0)
  return held.map((one) => ({ ...one, text: `${one.text}\u0000${part}` }))
}
