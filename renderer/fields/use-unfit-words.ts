/** Why a value does not fit its field, in the reader's language: the same words for a form, the desk and a file. */
import { useI18n } from 'vue-i18n'
import type { CellReason } from '../../main/contract/row-reasons.ts'
import type { Unfit } from '../../main/contract/unfit.ts'
import { useFormat } from '../composables/use-format.ts'
import { dayText } from './typed-instant.ts'
import { useDateReader } from './use-date-reader.ts'

/** A day with three different numbers, so that its order can be seen. */
const exampleDay = '1990-07-28'

export function useUnfitWords() {
  const { t, te } = useI18n()
  const { number, date } = useFormat()
  const { language } = useDateReader()

  /** A day as the reader writes it. */
  const example = () => dayText(exampleDay, language.value)

  /** A choice as the window calls it. */
  const choiceText = (choice: string) => {
    const known = [`words.status.${choice}`, `words.gender.${choice}`].find((key) => te(key))
    return known === undefined ? choice : t(known)
  }

  /** The end of a sentence that begins with the name of the field, without a full stop. */
  function cellText(reason: CellReason): string {
    const values: Record<string, string> = { example: example() }
    for (const [name, fact] of Object.entries(reason)) {
      if (typeof fact === 'string') values[name] = fact
      // Years have no thousands.
      if (typeof fact === 'number')
        values[name] = reason.code === 'far-moment' ? String(fact) : number(fact)
    }
    if ('entity' in reason) values['entity'] = t(`words.entity.${reason.entity}`)
    if ('choices' in reason) values['choices'] = reason.choices.map(choiceText).join(', ')
    if (reason.code === 'two-days') {
      values['one'] = date(reason.one)
      values['other'] = date(reason.other)
    }
    if ('order' in reason) values['order'] = t(`imports.values.orders.${reason.order}`)
    const text = t(`reasons.unfit.${reason.code}`, values)
    return reason.code === 'not-date' && reason.value !== undefined
      ? t('reasons.unfitValue', { reason: text, value: reason.value })
      : text
  }

  return {
    cellText,
    example,
    /** A whole sentence about a field. */
    unfitText: (label: string, reason: Unfit): string =>
      t('reasons.row.unfit', { field: label, reason: cellText(reason) }),
  }
}
