/** What a person is told of a value that did not become the record's. Pure. */
import type { LostValue } from '../../../contract/hub.ts'
import type { Notice } from '../../store/hub/notices.ts'

/**
 * Who is left without a bib or tag needs another; who only did not get another one keeps what there was, and a person should know.
 * Null where a rule settled it for good.
 */
export function noticeOfLost(
  about: Pick<Notice, 'entity' | 'recordId' | 'lostBy'>,
  { field, sent, kept, why, holder, by }: LostValue,
): Notice | null {
  if (why === 'rule') return null
  const isLeftWithout = why === 'taken' && kept === null
  // Whoever gave the bib to another gave nothing to this one.
  const keptBy = why === 'taken' && !isLeftWithout ? null : by
  const kind = isLeftWithout ? 'number' : 'value'
  return { kind, ...about, field, lost: sent, kept, holder, keptBy }
}
