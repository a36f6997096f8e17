/** The words and icons of a run's result, and of its progress. */
import {
  mdiAlertOutline,
  mdiCancel,
  mdiCheckCircleOutline,
  mdiCloseOctagonOutline,
  mdiProgressClock,
  mdiWifiOff,
} from '@mdi/js'
import { useI18n } from 'vue-i18n'
import type { Progress, RunView } from '../../../main/contract/sync.ts'
import type { RunResult } from '../../../main/contract/words.ts'
import type { Tone } from '../../components/StatusWord.vue'
import { useFormat } from '../../composables/use-format.ts'
import { metNobody } from './run-sums.ts'

const looks = {
  success: { icon: mdiCheckCircleOutline, tone: 'success' },
  warning: { icon: mdiAlertOutline, tone: 'warning' },
  error: { icon: mdiCloseOctagonOutline, tone: 'error' },
  cancelled: { icon: mdiCancel, tone: 'neutral' },
} as const satisfies Record<RunResult, { icon: string; tone: Tone }>

/** `resultWords(run)` for `<StatusWord v-bind>`, `progressWords(progress)` for the line over a bar. */
export function useRunWords() {
  const { t, locale } = useI18n()
  const { number, duration } = useFormat()

  function resultWords(run: Pick<RunView, 'result' | 'errors'>) {
    if (run.result === null) {
      return { icon: mdiProgressClock, tone: 'info' as const, text: t('sync.runs.running') }
    }
    if (metNobody(run)) {
      return { icon: mdiWifiOff, tone: 'neutral' as const, text: t('words.result.unreachable') }
    }
    return { ...looks[run.result], text: t(`words.result.${run.result}`) }
  }

  /** "Sending event participants 4,200 of 32,000" */
  function progressWords(progress: Progress): string {
    const phase = t(`words.phase.${progress.phase}`)
    if (progress.entity === null) return phase
    const plural = t(`words.entities.${progress.entity}`)
    // German nouns keep their capital.
    const entity = locale.value === 'de' ? plural : plural.toLowerCase()
    const done = number(progress.done)
    return progress.total === null
      ? t('sync.progress.counted', { phase, entity, done })
      : t('sync.progress.ofTotal', { phase, entity, done, total: number(progress.total) })
  }

  /** "850 records a second, 35 sec left"; empty while neither is known. */
  function paceWords(progress: Progress): string {
    const parts: string[] = []
    if (progress.rate > 0) {
      const rate = number(progress.rate, { maximumFractionDigits: progress.rate < 10 ? 1 : 0 })
      parts.push(t('sync.progress.rate', { rate }))
    }
    if (progress.secondsLeft !== null) {
      const left = duration(Math.max(1, Math.round(progress.secondsLeft)))
      parts.push(t('sync.progress.left', { left }))
    }
    return parts.join(' · ')
  }

  return { resultWords, progressWords, paceWords }
}
