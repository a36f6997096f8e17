/**
 * Mappings by rules, in OpenConnector's order: everything first where it is passed through, then each place, then what is
 * unset, then casts. A text that is a path in the record brings what is there, with its type; any other is a template, and
 * gives text. Pure.
 */
import { isRecord } from '../kit/is-record.ts'
import { filled, placeAlone } from '../kit/place-template.ts'
import { castValue } from './casts.ts'
import { putAt, removeAt, textOf, valueAt, type Plain } from './places.ts'
import type { MappingRules } from './said-by-a-person.ts'

export function mapByRules(
  { passThrough, mapping, unset, cast }: MappingRules,
  input: unknown,
): Plain {
  const made: Record<string, unknown> = passThrough && isRecord(input) ? { ...input } : {}
  for (const [place, said] of Object.entries(mapping)) putAt(made, place, valueOf(said, input))
  for (const place of unset) removeAt(made, place)
  for (const [place, casts] of Object.entries(cast)) {
    const before = valueAt(made, place)
    if (before === undefined) continue
    const after = castValue(textOf(before), [casts].flat().join(','), made)
    if (after === 'unset') removeAt(made, place)
    else putAt(made, place, after.value)
  }
  return made
}

function valueOf(said: unknown, input: unknown): unknown {
  if (typeof said !== 'string') return said
  if (said === '#') return input
  const there = said === '' ? undefined : valueAt(input, said)
  if (there !== undefined) return there
  const only = placeAlone(said)
  // A place alone that is not there is nothing; among words it is left out.
  if (only !== undefined && valueAt(input, only) === undefined) return null
  return filled(said, (path) => shown(valueAt(input, path)))
}

function shown(value: unknown): string {
  const plain = textOf(value)
  if (plain === null || plain === undefined) return ''
  return typeof plain === 'object' ? JSON.stringify(plain) : String(plain)
}
