/** Why a scanned label is refused, in the reader's language. */
import type { EntrantCard, LabelFault } from '../../../main/contract/desk.ts'
import { fullName } from './entrant-name.ts'

export function labelReason(
  t: (key: string, values: Record<string, unknown>) => string,
  fault: LabelFault,
  entrant: EntrantCard | null,
): string {
  const name = entrant ? fullName(entrant) : ''
  if (fault === 'otherBib' && (entrant?.bib ?? null) === null)
    return t('desk.label.noBib', { name })
  return t(`desk.label.${fault}`, { name, bib: entrant?.bib ?? '' })
}
