/** One question to the person at the window, answered with yes or no. */
import { shallowRef } from 'vue'

export interface Question {
  readonly title: string
  readonly text: string
  /** Words on the button that says yes. */
  readonly yes: string
}

interface Asked extends Question {
  readonly answer: (yes: boolean) => void
}

const current = shallowRef<Asked | null>(null)

/** `if (await ask({ title, text, yes }))`. A new question takes the place of an open one, which is answered with no. */
export function useQuestions() {
  return {
    current,
    ask: (question: Question): Promise<boolean> => {
      current.value?.answer(false)
      return new Promise<boolean>((resolve) => {
        current.value = {
          ...question,
          answer: (yes) => {
            current.value = null
            resolve(yes)
          },
        }
      })
    },
  }
}
