import type { EntityName } from '../../contract/words.ts'

/** Text in which no letter has an accent. */
const ascii = /^[\t-~]*$/

/**
 * Names of races, start groups and the like as they are compared: what looks different to a runner is different. Pure.
 *
 * Without case, accents and white space, and nothing else: 2.5 km is not 25 km, A is not A+, <4:00 is not >4:00.
 */
export function foldLabel(name: string): string {
  if (ascii.test(name)) return name.toLowerCase().replace(/\s+/g, '')
  return (
    name
      .normalize('NFD')
      // Only of letters: a stroke through a sign makes another sign.
      .replace(/(\p{L})[\u0300-\u036F]+/gu, '$1')
      .normalize('NFC')
      .toLowerCase()
      .replace(/\s+/gu, '')
  )
}

/** Kinds known by such a name, their field `name`. Events are known by their exact names. */
const labelled: ReadonlySet<EntityName> = new Set(['organisation', 'race', 'startGroup'])

/** Whether a field is compared by `foldLabel`. */
export function isLabel(entity: EntityName, field: string): boolean {
  return field === 'name' && labelled.has(entity)
}
