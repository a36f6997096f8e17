/** What race morning did, and a list does not take back: check-ins, bibs and tags that were handed out. Pure. */
import type { BadRow } from '../../contract/imports.ts'
import type { ParticipantStatus } from '../../contract/desk.ts'
import type { FieldValue } from '../../contract/records.ts'
import type { RowReason } from '../../contract/row-reasons.ts'
import { rowInWords } from '../../contract/row-words-en.ts'
import type { KnownEntrant } from '../store/imports/known-entrants.ts'
import type { EntrantRow } from './read-entrant.ts'

/** How far an entrant is: a list that is less far is older than what is known here. */
const progress: Readonly<Record<string, number>> = {
  registered: 0,
  checkedIn: 1,
  started: 2,
  finished: 3,
  dns: 3,
  dnf: 3,
  dsq: 3,
  withdrawn: 3,
}

export interface KeptRow {
  readonly row: EntrantRow
  /** What the list says and was not taken; `column` is the name of an import field. */
  readonly asked: readonly BadRow[]
}

interface Kept {
  readonly column: string
  readonly given: string
  readonly facts: RowReason
}

/**
 * The row without what would take back what was done here since the list was made.
 * @param display whom the row speaks of
 * @param bibMoves the list gives the entrant's bib to somebody else, so that it cannot stay
 */
export function keepRaceMorning(
  row: EntrantRow,
  known: KnownEntrant | null,
  { display, bibMoves }: { readonly display: string; readonly bibMoves: () => boolean },
): KeptRow {
  const fields = known?.participant?.fields ?? {}
  const [before, given] = [statusOf(fields['status']), row.participant['status']]
  const participant: Record<string, FieldValue> = { ...row.participant }
  const links = { ...row.links }
  const kept: Kept[] = []
  if (typeof given === 'string' && takesBack(before, given)) {
    delete participant['status']
    // Both are normal already: nothing but a status of the model.
    const [own, says] = [before as ParticipantStatus, given as ParticipantStatus]
    const facts = { code: 'status-stays', name: display, own, given: says } as const
    kept.push({ column: 'status', given, facts })
  }
  // A list that is as far as race morning knows of it.
  const isOlder =
    before !== 'withdrawn' && (progress[before] ?? 0) > (progress[statusOf(given)] ?? 0)
  if (isOlder) {
    const [bib, ownBib] = [participant['number'], fields['number']]
    if (typeof bib === 'string' && typeof ownBib === 'string' && bib !== ownBib && !bibMoves()) {
      delete participant['number']
      kept.push(handedOut('bib', display, bib, ownBib))
    }
    const { tagCode = null, spareTagCode = null } = known?.participant ?? {}
    for (const [name, ownTag] of [
      ['tag', tagCode],
      ['spare_tag', spareTagCode],
    ] as const) {
      const code = links[name]
      if (code === undefined || ownTag === null || code === ownTag) continue
      kept.push(handedOut(name, display, code, ownTag))
      delete links[name]
    }
  }
  if (kept.length === 0) return { row, asked: [] }
  const asked = kept.map(({ column, given: value, facts }) =>
    rowInWords({ line: row.line, column, value }, facts),
  )
  return { row: { ...row, participant, links }, asked }
}

function handedOut(
  what: 'bib' | 'tag' | 'spare_tag',
  name: string,
  given: string,
  own: string,
): Kept {
  return { column: what, given, facts: { code: 'handed-out', name, what, own, given } }
}

const statusOf = (status: FieldValue | undefined) =>
  typeof status === 'string' ? status : 'registered'

/** A list may bring somebody further, never back; who withdrew here, and who came, is not undone by it. */
function takesBack(before: string, given: string): boolean {
  if (before === given || before === 'registered') return false
  if (before === 'withdrawn' || given === 'withdrawn') return true
  return (progress[given] ?? 0) < (progress[before] ?? 0)
}
