/** Names and values of what is printed, in the reader's language. */
import { useI18n } from 'vue-i18n'
import { isOwnField } from '../../../main/contract/own-field-names.ts'
import type { RosterRow } from '../../../main/contract/roster.ts'
import { useFormat } from '../../composables/use-format.ts'
import { useOwnFields } from '../../composables/use-own-fields.ts'
import { useFieldWords } from '../data/use-field-words.ts'

export function usePrintWords() {
  const { t } = useI18n()
  const { date } = useFormat()
  const fieldWords = useFieldWords()
  const own = useOwnFields()

  function fieldLabel(name: string): string {
    if (isOwnField(name)) return own.labelOf(name) ?? name
    if (name === 'club') return t('data.field.organisation')
    return fieldWords.labelOf('eventParticipant', { name, label: name })
  }

  function fieldText(row: RosterRow, name: string): string {
    const value = row.values[name]
    if (value === undefined) return ''
    if (name === 'gender' || name === 'status') return t(`words.${name}.${value}`)
    if (name === 'paid' || name === 'waiver') return t(value === 1 ? 'common.yes' : 'common.no')
    if (name === 'dateOfBirth') return date(String(value))
    if (isOwnField(name) && (value === 'yes' || value === 'no')) return t(`common.${value}`)
    return String(value)
  }

  return { own, fieldLabel, fieldText }
}
