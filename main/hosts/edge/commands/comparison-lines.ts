/** A comparison with a target as lines for people. */
import type { CompareReport, Difference } from '../../../contract/sync.ts'
import { hiddenValue, type IsSensitive } from '../sensitive-fields.ts'

/** One line of counts, then one per difference. */
export function comparisonLines(
  { target, complete, counts, differences }: CompareReport,
  isSensitive: IsSensitive,
): string[] {
  const sums = [
    `${counts.same} equal`,
    `${counts.differs} different`,
    `${counts.missingThere} gone there`,
    `${counts.unknownHere} only there`,
    `${counts.notSent} only here`,
  ]
  const rest = counts.differs + counts.missingThere + counts.unknownHere + counts.notSent
  return [
    `${target}: ${sums.join(', ')}`,
    ...(complete ? [] : ['It cannot be listed in full, so nothing is said of what is gone there.']),
    ...differences.map((difference) => differenceLine(difference, isSensitive)),
    ...(rest > differences.length ? [`and ${rest - differences.length} more`] : []),
  ]
}

function differenceLine(
  { entity, display, remoteId, recordId, finding, fields }: Difference,
  isSensitive: IsSensitive,
): string {
  const what = {
    differs: 'differs',
    'missing-there': 'gone there',
    'unknown-here': 'only there',
    'not-sent': 'only here',
  }[finding]
  const words = fields.map(({ field, ours, theirs }) =>
    isSensitive(entity, field)
      ? `${field}: ${hiddenValue}`
      : `${field}: ${ours ?? '–'} | ${theirs ?? '–'}`,
  )
  return `  ${what}: ${entity} ${display} (${remoteId ?? recordId ?? ''}) ${words.join('; ')}`.trimEnd()
}
