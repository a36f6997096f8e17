/** A tag that a list writes otherwise than it is known: without its zeros, in the other case. Pure. */
import { guessInWords } from '../../contract/guess-words-en.ts'
import type { ImportGuess } from '../../contract/imports.ts'
import { displayName } from '../model/record.ts'
import type { KnownEntrant, KnownTag } from '../store/imports/known-entrants.ts'

/** Whether one code is the other as spreadsheets and scanners write it; equal codes are no question. */
function isSameCode(given: string, known: string): boolean {
  if (given.toLowerCase() === known.toLowerCase()) return true
  return /^\d+$/.test(given) && /^0+\d+$/.test(known) && known.replace(/^0+/, '') === given
}

/**
 * The tag a code means: one of that code, else the tag the entrant wears already, written otherwise, which is told.
 * Undefined where there is none.
 */
export function tagFor(
  code: string,
  known: KnownEntrant | null,
  tags: ReadonlyMap<string, KnownTag>,
  guesses: ImportGuess[],
): KnownTag | undefined {
  const exact = tags.get(code)
  if (exact !== undefined || !known?.participant) return exact
  const { fields, tagCode, tagStatus, spareTagCode, spareTagStatus = null } = known.participant
  const worn = [
    { id: fields['tag'], code: tagCode, status: tagStatus },
    { id: fields['spareTag'], code: spareTagCode, status: spareTagStatus },
  ].find((tag) => typeof tag.code === 'string' && isSameCode(code, tag.code))
  if (worn === undefined) return undefined
  const found = { id: worn.id as string, code: worn.code!, status: worn.status }
  const who = displayName('person', known.person.fields)
  guesses.push(guessInWords({ code: 'tag-written', who, tag: found.code, given: code }))
  return found
}
