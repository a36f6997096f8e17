/** The state words of targets and records, with their icons and colours. */
import {
  mdiAlertOutline,
  mdiArrowDownCircleOutline,
  mdiArrowUpCircleOutline,
  mdiCheckCircleOutline,
  mdiClockOutline,
  mdiCloseOctagonOutline,
  mdiHelpCircleOutline,
  mdiLinkOff,
  mdiMinusCircleOutline,
  mdiPauseCircleOutline,
  mdiSourceBranch,
  mdiTimerSandEmpty,
  mdiWifiOff,
} from '@mdi/js'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { assertNever } from '../assert-never.ts'
import type { RecordTarget } from '../../main/contract/records.ts'
import type { TargetStatus } from '../../main/contract/targets.ts'
import type { Tone } from '../components/StatusWord.vue'
import { useFormat } from './use-format.ts'
import { useLive } from './use-live.ts'

export interface StateWords {
  readonly icon: string
  readonly tone: Tone
  readonly text: string
  readonly spinning?: boolean
}

/** `wordsFor(status)` for a target, `recordWords(recordTarget)` for one record at one target. */
export function useTargetWords() {
  const { t } = useI18n()
  const { number, secondsUntil, relative } = useFormat()
  const live = useLive()

  /** Records still to go in the run going on, else the pending ones. */
  function left(status: TargetStatus): string {
    const progress = live.progress.get(status.name)
    if (!progress) return number(status.pending)
    return number(progress.total === null ? progress.done : progress.total - progress.done)
  }

  const unknown = (text: string): StateWords => ({
    icon: mdiHelpCircleOutline,
    tone: 'neutral',
    text,
  })

  function wordsFor(status: TargetStatus): StateWords {
    if (!live.known.value) return unknown(t('words.state.unknown'))
    switch (status.state) {
      case 'up-to-date':
        return { icon: mdiCheckCircleOutline, tone: 'success', text: t('words.state.upToDate') }
      case 'sending':
        return {
          icon: mdiArrowUpCircleOutline,
          tone: 'info',
          text: t('words.state.sending', { n: left(status) }),
          spinning: true,
        }
      case 'receiving':
        return {
          icon: mdiArrowDownCircleOutline,
          tone: 'info',
          text: t('words.state.receiving', { n: left(status) }),
          spinning: true,
        }
      case 'waiting': {
        const seconds = secondsUntil(status.retryOn)
        const text =
          seconds === null
            ? t('words.state.waiting')
            : t('words.state.waitingRetry', { s: number(seconds) })
        return { icon: mdiWifiOff, tone: 'neutral', text }
      }
      case 'paused':
        return { icon: mdiPauseCircleOutline, tone: 'neutral', text: t('words.state.paused') }
      case 'attention': {
        const n = status.failed + status.conflicts
        const text =
          n > 0 ? t('words.state.attentionCount', { n: number(n) }) : t('words.state.attention')
        return { icon: mdiAlertOutline, tone: 'warning', text }
      }
      case 'unknown':
        return unknown(t('words.state.unknown'))
      default:
        return assertNever(status.state)
    }
  }

  function recordWords(
    record: Pick<RecordTarget, 'state' | 'pending' | 'entitySyncedOn' | 'heldBy'>,
  ): StateWords {
    if (!live.known.value) return unknown(t('words.record.unknown'))
    switch (record.state) {
      case 'linked':
        if (record.pending) {
          return { icon: mdiClockOutline, tone: 'info', text: t('words.record.pending') }
        }
        return {
          icon: mdiCheckCircleOutline,
          tone: 'success',
          text: record.entitySyncedOn
            ? t('words.record.arrivedAgo', { ago: relative(record.entitySyncedOn) })
            : t('words.record.arrived'),
        }
      case 'held':
        return {
          icon: mdiTimerSandEmpty,
          tone: 'neutral',
          text: record.heldBy
            ? t('words.record.heldBy', { what: record.heldBy })
            : t('words.record.held'),
        }
      case 'retry':
        return { icon: mdiClockOutline, tone: 'info', text: t('words.record.retry') }
      case 'failed':
        return { icon: mdiCloseOctagonOutline, tone: 'error', text: t('words.record.failed') }
      case 'conflict':
        return { icon: mdiSourceBranch, tone: 'warning', text: t('words.record.conflict') }
      case 'unmatched':
        return { icon: mdiLinkOff, tone: 'neutral', text: t('words.record.unmatched') }
      case 'possible':
        return { icon: mdiHelpCircleOutline, tone: 'warning', text: t('words.record.possible') }
      case 'ignored':
        return { icon: mdiLinkOff, tone: 'neutral', text: t('words.record.ignored') }
      default:
        return assertNever(record.state)
    }
  }

  /** A record the target has nothing to do with. */
  const absentWords = computed<StateWords>(() =>
    live.known.value
      ? { icon: mdiMinusCircleOutline, tone: 'neutral', text: t('words.record.absent') }
      : unknown(t('words.record.unknown')),
  )

  return { wordsFor, recordWords, absentWords }
}
