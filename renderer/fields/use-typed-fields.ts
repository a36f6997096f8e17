/** Reads a form before it is sent: what can go, what cannot and why, and what has to be asked first. */
import { useI18n } from 'vue-i18n'
import { useFormat } from '../composables/use-format.ts'
import { readTyped, type TypedField, type TypedQuestion } from './typed-field.ts'
import { useDateReader } from './use-date-reader.ts'
import { useFieldReasons } from './use-field-reasons.ts'
import { useQuestions } from './use-questions.ts'

export interface ReadFields {
  readonly values: Readonly<Record<string, string | null>>
  /** Field → sentence. */
  readonly reasons: Readonly<Record<string, string>>
}

export function useTypedFields() {
  const { t } = useI18n()
  const { date, number } = useFormat()
  const { reader } = useDateReader()
  const { ofProblem, ofQuestion } = useFieldReasons()
  const { ask } = useQuestions()

  const isMeant = ({ code, date: day, age }: TypedQuestion): Promise<boolean> =>
    ask({
      title: t(`forms.question.${code}`, { age: number(age) }),
      text: t('forms.question.text', { date: date(day), age: number(age) }),
      yes: t('forms.question.yes'),
    })

  /** A date that is asked about and not meant is not sent; it stays as it was typed. */
  async function read(
    texts: Readonly<Record<string, string>>,
    fieldOf: (name: string) => TypedField,
  ): Promise<ReadFields> {
    const values: Record<string, string | null> = {}
    const reasons: Record<string, string> = {}
    for (const [name, text] of Object.entries(texts)) {
      const found = readTyped(fieldOf(name), text, reader())
      if ('problem' in found) reasons[name] = ofProblem(found.problem)
      else if (!found.question || (await isMeant(found.question))) values[name] = found.value
      else reasons[name] = ofQuestion(found.question)
    }
    return { values, reasons }
  }

  return { read }
}
