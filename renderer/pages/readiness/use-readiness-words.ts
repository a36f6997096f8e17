/** Lines of readiness in words, with the icon and tone of each light. */
import {
  mdiAlertCircleOutline,
  mdiCheckCircleOutline,
  mdiCloseOctagonOutline,
  mdiHelpCircleOutline,
} from '@mdi/js'
import { useI18n } from 'vue-i18n'
import type { ReadinessLight, ReadinessLine } from '../../../main/contract/readiness.ts'
import type { Tone } from '../../components/StatusWord.vue'
import { useFormat } from '../../composables/use-format.ts'

export const lightLooks: Readonly<
  Record<ReadinessLight, { readonly icon: string; readonly tone: Tone }>
> = {
  green: { icon: mdiCheckCircleOutline, tone: 'success' },
  amber: { icon: mdiAlertCircleOutline, tone: 'warning' },
  red: { icon: mdiCloseOctagonOutline, tone: 'error' },
  unknown: { icon: mdiHelpCircleOutline, tone: 'neutral' },
}

export function useReadinessWords() {
  const { t } = useI18n()
  const { number, percent, bytes, relative } = useFormat()

  /** What the line is about: the first part of its code. */
  const aboutOf = ({ code, target }: ReadinessLine) =>
    t(`readiness.about.${code.split('-')[0]}`, { target: target ?? '' })

  const textOf = (line: ReadinessLine) => {
    const { count = 0, of = 0, names = [] } = line
    return t(`readiness.said.${variantOf(line)}`, {
      n: number(count),
      of: number(of),
      missing: number(Math.max(0, of - count)),
      // Never rounded up to all of them.
      share: percent(Math.floor((count / Math.max(1, of)) * 100) / 100),
      on: line.on ? relative(line.on) : '',
      target: line.target ?? '',
      seconds: number(line.seconds ?? 0),
      bytes: bytes(line.bytes ?? 0),
      percent: percent((line.percent ?? 0) / 100),
      name: line.name ?? '',
      names: names.join(', '),
      more: number(count - names.length),
    })
  }

  return { aboutOf, textOf }
}

/** Facts that are not always known have a sentence of their own. */
function variantOf({ code, percent, count = 0, names = [] }: ReadinessLine): string {
  if (percent !== undefined) return `${code}-percent`
  return names.length > 0 && count > names.length ? `${code}-more` : code
}
