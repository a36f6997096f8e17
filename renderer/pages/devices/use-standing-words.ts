/** How this laptop stands with the others, in a few words with icon and tone. */
import {
  mdiAccessPoint,
  mdiAccessPointOff,
  mdiLanConnect,
  mdiLanDisconnect,
  mdiLanPending,
  mdiPauseCircleOutline,
} from '@mdi/js'
import { useI18n } from 'vue-i18n'
import type { Tone } from '../../components/StatusWord.vue'
import { useFormat } from '../../composables/use-format.ts'
import type { HubStanding } from './hub-standing.ts'

export interface StandingWords {
  readonly icon: string
  readonly tone: Tone
  readonly text: string
}

export function useStandingWords() {
  const { t } = useI18n()
  const { number, clockTime, dateTime, now } = useFormat()

  /** Time of day; with the date where it was another day. */
  const sinceOf = (iso: string) => {
    const isToday = new Date(iso).toDateString() === new Date(now.value).toDateString()
    return isToday ? clockTime(iso) : dateTime(iso)
  }

  /** Null for a laptop that is alone: there is nothing to say. */
  function wordsOf(standing: HubStanding): StandingWords | null {
    if (standing.is === 'alone') return null
    if (standing.is === 'hub') {
      const { open, desks, here } = standing
      if (!open) return { icon: mdiAccessPointOff, tone: 'warning', text: t('devices.chip.shut') }
      const text =
        here < desks
          ? t('devices.chip.here', { here: number(here), n: number(desks) })
          : t('devices.chip.desks', { n: number(desks) }, desks)
      const tone = here > 0 && here === desks ? 'success' : 'info'
      return { icon: mdiAccessPoint, tone, text }
    }
    switch (standing.link) {
      case 'answers':
        return { icon: mdiLanConnect, tone: 'success', text: t('devices.chip.answers') }
      case 'away': {
        const text =
          standing.heardOn === null
            ? t('devices.chip.aloneNever')
            : t('devices.chip.alone', { time: sinceOf(standing.heardOn) })
        return { icon: mdiLanDisconnect, tone: 'warning', text }
      }
      case 'refused':
        return { icon: mdiLanDisconnect, tone: 'error', text: t('devices.chip.refused') }
      case 'paused':
        return { icon: mdiPauseCircleOutline, tone: 'neutral', text: t('devices.chip.paused') }
      case 'unknown':
        return { icon: mdiLanPending, tone: 'neutral', text: t('devices.chip.unknown') }
    }
  }

  return { wordsOf, sinceOf }
}
