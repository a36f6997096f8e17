/** Why a record was not linked by itself, in the reader's language. */
import { useI18n } from 'vue-i18n'
import type { MatchView } from '../../../../main/contract/conflicts.ts'
import { matchReason } from './match-reason.ts'

export function useMatchWords() {
  const { t } = useI18n()
  return {
    reasonWords(match: Pick<MatchView, 'reason'>): string {
      const known = matchReason(match.reason)
      return known ? t(`matches.reason.${known.key}`, known.values) : match.reason
    },
  }
}
