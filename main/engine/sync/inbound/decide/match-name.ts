/** Whether two spellings may be one name. Pure. */
import { distance } from 'fastest-levenshtein'
import { foldName } from '../../../model/folded-name.ts'

/**
 * Equal but for case, accents and signs, one with parts the other leaves out (`Gavin V`, `Gavin`), or a slip of the pen:
 * one letter, two from eight letters on.
 */
export function isSimilarName(left: string, right: string): boolean {
  const [a, b] = [partsOf(left), partsOf(right)]
  if (a.length === 0 || b.length === 0) return false
  const [few, many] = a.length <= b.length ? [a, b] : [b, a]
  if (few.every((part) => many.includes(part))) return true
  const [one, other] = [a.join(''), b.join('')]
  const allowed = Math.min(one.length, other.length) >= 8 ? 2 : 1
  return distance(one, other) <= allowed
}

function partsOf(name: string): readonly string[] {
  return foldName(name)
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((part) => part !== '')
}
