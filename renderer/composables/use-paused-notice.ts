/** What was refused because of a pause: said, with the one click that resumes and does it. */
import { useI18n } from 'vue-i18n'
import { toShownProblem } from '../connection/shown-problem.ts'
import { useNotices } from './use-notices.ts'

/**
 * `tellPaused(error, resumed)` answers false, and says nothing, for any other error.
 * @param resumed does what was asked for, resuming first
 */
export function usePausedNotice() {
  const { notify } = useNotices()
  const { t } = useI18n()
  return (error: unknown, resumed: () => void): boolean => {
    if (toShownProblem(error).code !== 'paused') return false
    notify({
      text: t('shell.paused.text'),
      action: { label: t('shell.paused.resumeAndSync'), run: resumed },
    })
    return true
  }
}
