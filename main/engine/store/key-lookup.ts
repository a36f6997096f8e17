/** Natural keys as conditions of a statement. Names of persons are found by their folded form, which an index holds. */
import type { EntityName } from '../../contract/words.ts'
import { foldedFullName, foldName } from '../model/folded-name.ts'

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

/** The first leads the index, and an index serves `=` for certain; the others may be missing. */
function equal(fields: readonly string[], at: (position: number) => string): string {
  return fields
    .map((name, position) => `r.${name} ${position === 0 ? '=' : 'IS'} ${at(position)}`)
    .join(' AND ')
}
