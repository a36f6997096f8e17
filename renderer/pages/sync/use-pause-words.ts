/** Why a target is paused, in the reader's language. */
import { useI18n } from 'vue-i18n'
import type { TargetStatus } from '../../../main/contract/targets.ts'

export function usePauseWords() {
  const { t } = useI18n()
  return {
    /** Null while it is not paused. */
    pauseWords({ paused, name }: Pick<TargetStatus, 'paused' | 'name'>): string | null {
      if (paused === null || paused.code === 'said') return paused?.said ?? null
      return t(`sync.paused.${paused.code}`, {
        target: name,
        who: 'who' in paused ? paused.who : '',
        said: 'said' in paused ? paused.said : '',
      })
    },
  }
}
