/** What a person should look at because something was deleted on one laptop and needed on another. Pure. */
import type { EntityName } from '../../../../contract/words.ts'
import type { Notice } from '../../../store/hub/notices.ts'

/** @param keptBy who deleted it; `lostBy`: whose change is gone with it */
export function deletionNotice(
  entity: EntityName,
  recordId: string,
  { keptBy, lostBy }: Pick<Notice, 'keptBy' | 'lostBy'>,
): Notice {
  const nothing = { field: null, lost: null, kept: null, holder: null }
  return { kind: 'deleted', entity, recordId, ...nothing, keptBy, lostBy }
}
