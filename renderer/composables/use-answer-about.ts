/** An answer about something that is still being typed: gone at once when it changes, and never taken over late. */
import { shallowRef, watch, type ShallowRef } from 'vue'

export interface AnswerAbout<Answer> {
  /** Null before anything was asked, and as soon as the subject is another. */
  readonly answer: Readonly<ShallowRef<Answer | null>>
  /** True when there was an answer, and the subject changed since. */
  readonly outdated: Readonly<ShallowRef<boolean>>
  readonly asking: Readonly<ShallowRef<boolean>>
  /** Asks; null when the subject changed while the answer was on its way, so that it says nothing. Throws what `ask` throws. */
  ask(): Promise<Answer | null>
}

/**
 * @param subject everything the answer depends on; compared as JSON
 * @param question asks about the subject as it is now
 */
export function useAnswerAbout<Answer>(
  subject: () => unknown,
  question: () => Promise<Answer>,
): AnswerAbout<Answer> {
  const answer = shallowRef<Answer | null>(null)
  const outdated = shallowRef(false)
  const asking = shallowRef(false)
  const text = () => JSON.stringify(subject())
  let turn = 0

  watch(
    text,
    () => {
      outdated.value ||= answer.value !== null || asking.value
      answer.value = null
      asking.value = false
      turn++
    },
    { flush: 'sync' },
  )

  async function ask(): Promise<Answer | null> {
    const mine = ++turn
    asking.value = true
    answer.value = null
    outdated.value = false
    try {
      const found = await question()
      if (mine !== turn) return null
      answer.value = found
      return found
    } catch (error) {
      if (mine !== turn) return null
      throw error
    } finally {
      if (mine === turn) asking.value = false
    }
  }

  return { answer, outdated, asking, ask }
}
