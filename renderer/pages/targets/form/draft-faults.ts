/** What the window can tell is missing before the engine is asked. Pure. */
import type { AdapterView, FieldMapping } from '../../../../main/contract/targets.ts'
import { nameLimits } from '../../../../main/contract/text-limits.ts'
import { rowsFault } from './filter-rows.ts'
import { filterFault, isUnprotected, secretsFor, type TargetDraft } from './target-draft.ts'

/** Message keys by field; empty when the draft may go to the engine, which checks everything else. */
export function draftFaults(
  draft: TargetDraft,
  adapter: AdapterView,
  secrets: { readonly typed: Readonly<Record<string, string>>; readonly stored: boolean },
): Readonly<Record<string, string>> {
  const faults: Record<string, string> = {}
  if (draft.name.trim() === '') faults['name'] = 'common.required'
  else if (draft.name.trim().length > nameLimits.target) faults['name'] = 'forms.nameTooLong'
  if (draft.url.trim() === '') {
    if (!adapter.ownAddress) faults['url'] = 'common.required'
  } else if (!isAddress(draft.url.trim())) faults['url'] = 'targets.fault.url'
  else if (isUnprotected(draft.url) && !draft.allowInsecure) {
    faults['url'] = 'targets.fault.insecure'
  }
  for (const { key, required } of secretsFor(adapter, draft.auth)) {
    if (required && !secrets.stored && !secrets.typed[key]) {
      faults[`secrets.${key}`] = 'common.required'
    }
  }
  if (draft.entities.length === 0) faults['entities'] = 'targets.fault.entities'
  const filter =
    filterFault(draft.filterText) ?? (draft.filterRows ? rowsFault(draft.filterRows) : null)
  if (filter !== null) faults['filter'] = `targets.filter.${filter}`
  if (draft.mapping.some(isHalf)) faults['mapping'] = 'targets.mapping.unfinished'
  return faults
}

/** One side was chosen or typed and the other was not; a row with neither means nothing. */
const isHalf = ({ ours, theirs }: FieldMapping) => (ours === '') !== (theirs.trim() === '')

function isAddress(text: string): boolean {
  try {
    return ['http:', 'https:'].includes(new URL(text).protocol)
  } catch {
    return false
  }
}
