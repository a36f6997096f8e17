/** Words that lists use and the model does not: put into the model's words before it judges them. Pure. */
import type { FieldValue } from '../../contract/records.ts'
import type { FieldDefinition } from '../model/field.ts'
import { normalise, type Normalised } from '../model/normalise.ts'

const genders: Readonly<Record<string, string>> = {
  m: 'male',
  man: 'male',
  men: 'male',
  boy: 'male',
  männlich: 'male',
  herr: 'male',
  f: 'female',
  w: 'female',
  woman: 'female',
  women: 'female',
  girl: 'female',
  weiblich: 'female',
  frau: 'female',
  x: 'other',
  d: 'other',
  o: 'other',
  nb: 'other',
  'non-binary': 'other',
  nonbinary: 'other',
  divers: 'other',
  u: 'unknown',
  '?': 'unknown',
  '-': 'unknown',
  na: 'unknown',
  'n/a': 'unknown',
}

/**
 * The normal form of a cell. Blank is null. Besides what the model takes: the usual letters and words for gender, and
 * dates with dots (28.3.1984), which can only be day, month, year. Dates with slashes stay refused: they mean two
 * different days.
 */
export function readCell(
  definition: FieldDefinition,
  cell: FieldValue,
  country?: string,
): Normalised {
  if (typeof cell === 'string') {
    if (definition.name === 'gender') {
      return normalise(definition, genders[cell.trim().toLowerCase()] ?? cell)
    }
    if (definition.kind === 'date') {
      const dotted = /^\s*(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\s*$/.exec(cell)
      if (dotted) return normalise(definition, `${dotted[3]}-${dotted[2]}-${dotted[1]}`)
    }
  }
  return normalise(definition, cell, country)
}
