/** What only one live record may have: who takes it, who holds it, who lets go of it in the same call. */
import type { Holder } from '../../contract/problem.ts'
import type { EntityName } from '../../contract/words.ts'
import type { Trx } from '../db/schema.ts'
import { entities } from '../model/entities.ts'
import type { UniqueRule } from '../model/field.ts'
import { displayName } from '../model/record.ts'
import type { Prepared, Refuse, Written } from './change.ts'
import { findHolders, ruleKey } from './holders.ts'
import { run } from './statement.ts'

/**
 * Keeps changes that take nothing another live record holds. One that is let go of in the same call is free: two
 * entrants may swap their bibs. Of several that take the same the first wins.
 * @param leaving ids of records that are deleted in this call
 */
export async function keepUnique(
  trx: Trx,
  entity: EntityName,
  rule: UniqueRule,
  prepared: readonly Prepared[],
  leaving: ReadonlySet<string>,
  refuse: Refuse,
): Promise<readonly Prepared[]> {
  const takers = prepared.filter((item) => takenKey(rule, item) !== null)
  if (takers.length === 0) return prepared
  const holders = await findHolders(
    trx,
    entity,
    rule,
    takers.map(({ change, fields }) => ({ id: change.id, fields })),
  )
  const standing = new Map(prepared.map((item) => [item.change.id, item]))
  for (let before = Number.POSITIVE_INFINITY; standing.size < before;) {
    before = standing.size
    const first = new Map<string, Prepared>()
    for (const item of takers) {
      if (!standing.has(item.change.id)) continue
      const key = takenKey(rule, item)!
      const holder = holderOf(item, key) ?? earlierOne(first.get(key))
      if (!holder) {
        first.set(key, item)
        continue
      }
      standing.delete(item.change.id)
      refuse(item.change, takenProblem(entity, rule, item, holder))
    }
  }
  return prepared.filter(({ change }) => standing.has(change.id))

  /** The record that holds it and does not let go. */
  function holderOf({ change }: Prepared, key: string): Holder | undefined {
    const holder = holders.get(change.id)
    if (!holder || leaving.has(holder.id)) return undefined
    const moving = standing.get(holder.id)
    return moving && keyText(rule, moving.fields) !== key ? undefined : holder
  }

  function earlierOne(earlier: Prepared | undefined): Holder | undefined {
    return (
      earlier && { entity, id: earlier.change.id, display: displayName(entity, earlier.fields) }
    )
  }
}

function keyText(rule: UniqueRule, fields: Prepared['fields']): string | null {
  return ruleKey(rule, fields)?.join('\u0000') ?? null
}

/** What a change takes that its record did not have. */
function takenKey(rule: UniqueRule, { action, before, fields }: Prepared): string | null {
  if (action === 'deleted') return null
  const key = keyText(rule, fields)
  return before && keyText(rule, before.fields) === key ? null : key
}

function takenProblem(entity: EntityName, rule: UniqueRule, { fields }: Prepared, holder: Holder) {
  const name = rule.fields.at(-1)!
  const label = rule.what.charAt(0).toUpperCase() + rule.what.slice(1)
  const definition = entities[entity].fields.find((field) => field.name === name)
  const shown = definition?.refersTo ? '' : ` ${String(fields[name])}`
  return {
    code: 'taken',
    message: `${label}${shown} is taken by ${holder.display}.`,
    fix: `Choose another ${rule.what}, or take it from ${holder.display} first.`,
    fields: { [name]: `is taken by ${holder.display}` },
    holder,
  } as const
}

/**
 * Takes what changes hands within a page from those who let go of it, before the page is written: SQLite looks at each
 * row by itself. Their own id, which nobody else has, stands in its place until their row is written.
 */
export async function letGoFirst(
  trx: Trx,
  entity: EntityName,
  written: readonly Written[],
): Promise<void> {
  const { table, unique } = entities[entity]
  for (const rule of unique) {
    const taken = new Set(written.map((item) => takenKey(rule, item)))
    const givers = written.filter(({ before, fields, action }) => {
      const held = before && before.deletedOn === null ? keyText(rule, before.fields) : null
      const keeps = action !== 'deleted' && keyText(rule, fields) === held
      return held !== null && !keeps && taken.has(held)
    })
    if (givers.length === 0) continue
    await run(
      trx,
      `UPDATE ${table} SET ${rule.fields.at(-1)!} = id WHERE id IN (SELECT value FROM json_each(?))`,
      JSON.stringify(givers.map(({ change }) => change.id)),
    )
  }
}
