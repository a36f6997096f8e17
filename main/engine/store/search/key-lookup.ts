/** Natural keys as conditions of a statement. Names are found by their folded form, which an index holds. */
import type { EntityName } from '../../../contract/words.ts'
import { entities } from '../../model/entities.ts'
import { foldLabel, isLabel } from '../../model/folded-label.ts'
import { foldedFullName, foldName } from '../../model/folded-name.ts'

type KeyPart = string | number | boolean | null

export interface KeyLookup {
  /** Conditions on the alias `r`. */
  readonly where: string
  /** What the statement is given for the values of one key, in the order of its fields. */
  readonly given: (values: readonly KeyPart[]) => readonly KeyPart[]
}

/** @param at SQL of the n-th value that is given */
export function keyLookup(
  entity: EntityName,
  fields: readonly string[],
  at: (position: number) => string,
): KeyLookup {
  const label = fields.findIndex((field) => isLabel(entity, field))
  if (label >= 0) return labelLookup(entity, fields, label, at)
  const last = entity === 'person' ? fields.indexOf('lastName') : -1
  if (last < 0) return { where: equal(fields, at), given: (values) => values }
  const first = fields.indexOf('firstName')
  const others = fields.flatMap((name, position) =>
    position === last || position === first ? [] : [position],
  )
  const name = at(others.length)
  const sameName =
    first < 0 ? `substr(r.foldedName, 1, length(${name})) = ${name}` : `r.foldedName = ${name}`
  const rest = equal(
    others.map((position) => fields[position]!),
    at,
  )
  return {
    where: [rest, sameName].filter((part) => part !== '').join(' AND '),
    given: (values) => [
      ...others.map((position) => values[position]!),
      first < 0
        ? `${foldName(String(values[last]))}, `
        : foldedFullName({ lastName: values[last]!, firstName: values[first]! }),
    ],
  }
}

/** A name that is written exactly so goes before those that only look the same. */
function labelLookup(
  entity: EntityName,
  fields: readonly string[],
  label: number,
  at: (position: number) => string,
): KeyLookup {
  const within = fields.filter((_, position) => position !== label)
  const [exact, folded] = [at(within.length), at(within.length + 1)]
  const conditions = (alias: string) =>
    within.map((name, position) => `${alias}.${name} = ${at(position)}`)
  const twin = [...conditions('twin'), `twin.name = ${exact}`, 'twin.deletedOn IS NULL']
  return {
    where: [
      ...conditions('r'),
      `r.foldedName = ${folded}`,
      `(r.name = ${exact} OR NOT EXISTS (SELECT 1 FROM ${entities[entity].table} AS twin
        WHERE ${twin.join(' AND ')}))`,
    ].join(' AND '),
    given: (values) => [
      ...values.filter((_, position) => position !== label),
      values[label]!,
      foldLabel(String(values[label])),
    ],
  }
}

/** The first leads the index, and an index serves `=` for certain; the others may be missing. */
function equal(fields: readonly string[], at: (position: number) => string): string {
  return fields
    .map((name, position) => `r.${name} ${position === 0 ? '=' : 'IS'} ${at(position)}`)
    .join(' AND ')
}
