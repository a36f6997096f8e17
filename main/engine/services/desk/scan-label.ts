/** A scanned label: whose entry it was printed for, and whether what is printed on it still holds. */
import type { DeskOutcome, EntrantCard, LabelFault } from '../../../contract/desk.ts'
import { bibMark, type ReadEntryCode } from '../../../contract/entry-code.ts'
import type { Core } from '../../core.ts'
import { readEntrantCard } from './entrant-card.ts'

/**
 * The entrant of a label. Refused, with the entrant, where they wear another bib than the label says: it would go onto the
 * wrong bag. Never `not-found`: a code nobody has is offered as a new tag, and this is none.
 */
export async function scanLabel(
  core: Core,
  eventId: string | null,
  label: ReadEntryCode,
): Promise<DeskOutcome> {
  const entrant = await readEntrantCard(core.reader, label.id)
  if (!entrant) return refused('gone', null)
  if (eventId !== null && entrant.eventId !== eventId) return refused('otherEvent', null)
  return bibMark(entrant.bib) === label.bibMark
    ? { outcome: 'ok', entrant }
    : refused('otherBib', entrant)
}

function refused(label: LabelFault, entrant: EntrantCard | null): DeskOutcome {
  const problem = { code: 'wrong-use' as const, ...words(label, entrant?.bib ?? null) }
  return { outcome: 'wrong', problem, entrant, label }
}

function words(label: LabelFault, bib: string | null) {
  switch (label) {
    case 'gone':
      return {
        message: 'The entry of this label does not exist any more.',
        fix: 'Search by name.',
      }
    case 'otherEvent':
      return {
        message: 'This label is for another event.',
        fix: 'Choose that event at the top, or search by name.',
      }
    case 'otherBib':
      return {
        message: `This label is out of date: the entrant has ${bib === null ? 'no bib' : `bib ${bib}`} now.`,
        fix: 'Throw the label away and print it again.',
      }
  }
}
