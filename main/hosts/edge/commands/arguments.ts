/** Reads what people type as arguments and options. */
import { InvalidArgumentError } from 'commander'
import type { FieldValue } from '../../../contract/records.ts'
import { entityNames, type EntityName } from '../../../contract/words.ts'
import type { EntityView } from '../../../contract/records.ts'
import { wrongUse } from '../exit-codes.ts'

/** An entity by its name; `start-group` is taken for `startGroup`. */
export function entityArgument(text: string): EntityName {
  const name = camelCase(text)
  const found = entityNames.find((known) => known === name)
  if (!found)
    throw new InvalidArgumentError(
      `There is no such kind of data. Known: ${entityNames.join(', ')}.`,
    )
  return found
}

/** As `entityArgument`, and `entrant` too. */
export function importableArgument(text: string): EntityName | 'entrant' {
  if (text === 'entrant') return text
  try {
    return entityArgument(text)
  } catch {
    throw new InvalidArgumentError(
      `There is no such kind of data. Known: entrant, ${entityNames.join(', ')}.`,
    )
  }
}

/** Collects a repeatable `name=value` option; the first `=` parts the two. */
export function pairOption(text: string, before: Readonly<Record<string, string>> = {}) {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('Write it as name=value.')
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) }
}

/** Collects a repeatable option. */
export function repeated<Value>(read: (text: string) => Value) {
  return (text: string, before: readonly Value[] = []): readonly Value[] => [...before, read(text)]
}

/** A whole number within bounds. */
export function wholeNumber(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text)
    if (!Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`)
    return value
  }
}

export const portOption = wholeNumber(0, 65_535)

/**
 * Field values as typed, in the kinds the entity's fields have. An empty text clears the field.
 * Names and values that do not fit go on as they are: the engine says what is wrong with them.
 * @throws ProblemError for the one name that would be lost on its way to the engine
 */
export function fieldValues(
  entity: EntityView,
  typed: Readonly<Record<string, string>>,
): Record<string, FieldValue> {
  if (Object.hasOwn(typed, '__proto__')) throw wrongUse(`${entity.label} has no field __proto__`)
  return Object.fromEntries(
    Object.entries(typed).map(([name, text]) => {
      const kind = entity.fields.find((field) => field.name === name)?.kind
      return [name, fieldValue(kind, text)]
    }),
  )
}

function fieldValue(kind: string | undefined, text: string): FieldValue {
  if (text === '') return null
  if (kind === 'integer' || kind === 'number') {
    const value = Number(text)
    return Number.isFinite(value) ? value : text
  }
  if (kind === 'boolean') {
    if (/^(true|yes|1)$/i.test(text)) return true
    if (/^(false|no|0)$/i.test(text)) return false
  }
  return text
}

function camelCase(text: string): string {
  return text.replaceAll(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase())
}
