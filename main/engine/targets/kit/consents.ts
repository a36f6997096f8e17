/** What the contact preferences of those who are one record at a target say together. Pure. */
import type { Fields } from '../../model/record.ts'
import type { PartContent } from './resource.ts'

/**
 * The consent for one channel about one topic: one withdrawal withdraws, also one from everything (without a topic). Null
 * where nobody said anything.
 */
export function consentOf(
  all: readonly PartContent[],
  channel: string,
  topic: string,
): 'optedIn' | 'optedOut' | null {
  const said = all.filter(({ fields }) => fields['channel'] === channel).map(({ fields }) => fields)
  const about = ({ topic: own }: Fields) => String(own ?? '').toLowerCase() === topic.toLowerCase()
  const withdrawn = ({ status, topic: own }: Fields) =>
    status === 'optedOut' && (own ?? null) === null
  if (said.some((one) => withdrawn(one) || (about(one) && one['status'] === 'optedOut')))
    return 'optedOut'
  return said.some((one) => about(one) && one['status'] === 'optedIn') ? 'optedIn' : null
}
