/** Names of fields and values in the reader's language; what has no translation shows the model's own words. */
import { useI18n } from 'vue-i18n'
import type { FieldValue, FieldView } from '../../../main/contract/records.ts'
import type { EntityName } from '../../../main/contract/words.ts'
import { useFormat } from '../../composables/use-format.ts'

export function useFieldWords() {
  const { t, te } = useI18n()
  const { number, date, dateTime } = useFormat()

  const firstOf = (keys: readonly string[], otherwise: string): string => {
    const found = keys.find((key) => te(key))
    return found === undefined ? otherwise : t(found)
  }

  /** Label of a field. */
  const labelOf = (entity: EntityName, field: Pick<FieldView, 'name' | 'label'>): string =>
    firstOf([`data.fieldOf.${entity}.${field.name}`, `data.field.${field.name}`], field.label)

  /** One of a field's choices. */
  const choiceOf = (entity: EntityName, field: string, choice: string): string =>
    firstOf(
      [
        ...(entity === 'eventParticipant' && field === 'status' ? [`words.status.${choice}`] : []),
        ...(field === 'gender' ? [`words.gender.${choice}`] : []),
        `data.choice.${choice}`,
      ],
      choice,
    )

  /** A value as text for reading; empty for nothing. `names` tells what references point to. */
  const textOf = (
    entity: EntityName,
    field: FieldView,
    value: FieldValue | undefined,
    names: Readonly<Record<string, string>> = {},
  ): string => {
    if (value === null || value === undefined || value === '') return ''
    switch (field.kind) {
      case 'boolean':
        return t(value === true ? 'common.yes' : 'common.no')
      case 'choice':
        return choiceOf(entity, field.name, String(value))
      case 'date':
        return date(String(value))
      case 'instant':
        return dateTime(String(value))
      case 'number':
      case 'integer':
        return typeof value === 'number' ? number(value) : String(value)
      case 'ref':
        return names[String(value)] ?? String(value)
      default:
        return String(value)
    }
  }

  return { labelOf, choiceOf, textOf }
}
