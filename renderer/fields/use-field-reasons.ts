/** Why a field is not taken, as one sentence in the reader's language, naming what it is about. */
import { useI18n } from 'vue-i18n'
import type { ShownProblem } from '../connection/shown-problem.ts'
import { useFormat } from '../composables/use-format.ts'
import { dayText } from './typed-instant.ts'
import type { ReadTyped, TypedProblem, TypedQuestion } from './typed-field.ts'
import { useDateReader } from './use-date-reader.ts'
import { useUnfitWords } from './use-unfit-words.ts'

/** A day with three different numbers, so that its order can be seen. */
const example = '1990-07-28'

export interface RefusedField {
  readonly name: string
  readonly label: string
  readonly typed: string
}

export function useFieldReasons() {
  const { t, te } = useI18n()
  const { number, date, dateTime } = useFormat()
  const { language } = useDateReader()
  const { unfitText } = useUnfitWords()

  function ofProblem(problem: TypedProblem): string {
    switch (problem.code) {
      case 'required':
        return t('common.required')
      case 'too-long':
        return t('forms.refused.too-long', {
          most: number(problem.most),
          n: number(problem.length),
        })
      default: {
        const sample = dayText(example, language.value)
        const own = `forms.refused.${problem.about}.${problem.code}`
        return t(te(own) ? own : `forms.refused.date.${problem.code}`, {
          example: problem.about === 'instant' ? `${sample} 09:00` : sample,
        })
      }
    }
  }

  const ofQuestion = ({ age, date: day }: TypedQuestion): string =>
    t('forms.question.hint', { date: date(day), age: number(age) })

  /** What was read, said back in words; empty where there is nothing to say. */
  function saidBack(kind: 'date' | 'instant', read: ReadTyped, age: number | null): string {
    if (!('value' in read) || read.value === null) return ''
    if (read.question) return ofQuestion(read.question)
    if (kind === 'instant') return dateTime(read.value)
    return age === null
      ? date(read.value)
      : t('forms.bornWords', { date: date(read.value), age: number(age) })
  }

  /** What the engine refused: who has it, or what does not fit. */
  function ofRefusal(field: RefusedField, problem: ShownProblem): string {
    const reason = problem.fields?.[field.name] ?? problem.message
    const { holder } = problem
    if (holder) {
      const name = holder.display.replace(` (${field.typed.trim()})`, '')
      return ['firstName', 'lastName'].includes(field.name)
        ? t('forms.refused.same-person', { name: holder.display })
        : t('forms.refused.belongs-to', { what: field.label, value: field.typed.trim(), name })
    }
    const unfit = problem.unfit?.[field.name]
    // A rule that has words only.
    if (unfit === undefined) {
      const isMissing = /missing|required|empty/i.test(reason)
      return isMissing ? t('common.required') : `${field.label} ${reason}.`
    }
    switch (unfit.code) {
      case 'missing':
        return t('common.required')
      case 'below':
        return t('forms.refused.below', { n: number(unfit.least) })
      case 'above':
        return t('forms.refused.above', { n: number(unfit.most) })
      default:
        return unfitText(field.label, unfit)
    }
  }

  return { ofProblem, ofQuestion, saidBack, ofRefusal }
}
