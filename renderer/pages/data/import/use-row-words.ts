/** Why a row or cell of a file is not taken as it stands, and what to do, in the reader's language. */
import { useI18n } from 'vue-i18n'
import { fixOf, type CellReason, type RowReason } from '../../../../main/contract/row-reasons.ts'
import { useFormat } from '../../../composables/use-format.ts'
import { useUnfitWords } from '../../../fields/use-unfit-words.ts'
import { useImportFieldWords } from './use-import-field-words.ts'

type Values = Record<string, string>

export function useRowWords() {
  const { t } = useI18n()
  const { number, date } = useFormat()
  const { labelOf } = useImportFieldWords()
  const { cellText, example } = useUnfitWords()

  /** Facts of any reason that are said as they are. */
  function valuesOf(reason: RowReason): Values {
    const values: Values = {}
    for (const [name, fact] of Object.entries(reason)) {
      if (typeof fact === 'string') values[name] = fact
      if (typeof fact === 'number') values[name] = number(fact)
    }
    if ('field' in reason) values['field'] = labelOf(reason.field)
    if ('entity' in reason) values['entity'] = t(`words.entity.${reason.entity}`)
    switch (reason.code) {
      case 'unfit':
        return { ...values, reason: cellText(reason.reason) }
      case 'was-deleted':
        return { ...values, on: date(reason.on) }
      case 'status-stays':
        return {
          ...values,
          own: t(`words.status.${reason.own}`),
          given: t(`words.status.${reason.given}`),
        }
      case 'handed-out':
        return { ...values, what: t(`reasons.what.${reason.what}`) }
      default:
        return values
    }
  }

  const dayIn = (reason: CellReason) => ('day' in reason ? date(reason.day) : '')

  return {
    /** One sentence. */
    rowText: (reason: RowReason): string => t(`reasons.row.${reason.code}`, valuesOf(reason)),
    fixText: (reason: RowReason): string =>
      t(`reasons.fix.${fixOf(reason)}`, {
        name: 'name' in reason ? reason.name : 'by' in reason ? reason.by : '',
        day: reason.code === 'unfit' ? dayIn(reason.reason) : '',
        example: example(),
      }),
  }
}
