/** The three outcomes as colour, word and sound, all at once. */
import { shallowRef, type ShallowRef } from 'vue'
import type { DeskOutcome } from '../../../main/contract/desk.ts'
import { useAnnounce } from '../../composables/use-announce.ts'
import { useKept } from '../../composables/use-kept.ts'
import { beep } from './beep.ts'

export interface Signal {
  readonly outcome: DeskOutcome['outcome']
  readonly word: string
  readonly reason?: string
  /** Entrant it is about; null when the code or entrant was not found. */
  readonly entrantId: string | null
  /** Different for every signal, so that the same outcome twice flashes twice. */
  readonly number: number
}

export interface SignalLight {
  readonly current: Readonly<ShallowRef<Signal | null>>
  readonly sound: ReturnType<typeof useKept<boolean>>
  show(signal: Omit<Signal, 'number'>): void
  clear(): void
}

/** One light for the page; the newest signal replaces the one before. */
export function useSignal(): SignalLight {
  const current = shallowRef<Signal | null>(null)
  const sound = useKept('marshal.desk.sound', true, localStorage)
  const { announce } = useAnnounce()
  let number = 0
  return {
    current,
    sound,
    show(signal) {
      current.value = { ...signal, number: ++number }
      if (sound.value) beep(signal.outcome)
      const words = signal.reason ? `${signal.word}. ${signal.reason}` : signal.word
      announce(words, signal.outcome === 'ok' ? 'polite' : 'assertive')
    },
    clear() {
      current.value = null
    },
  }
}
