/** Entries of the audit trail in words. */
import { mdiAccountOutline, mdiConnection, mdiFileImportOutline } from '@mdi/js'
import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { isSensitiveOwnField } from '../../../main/contract/own-field-names.ts'
import type { AuditEntry, FieldValue, FieldView } from '../../../main/contract/records.ts'
import type { EntityName } from '../../../main/contract/words.ts'
import { assertNever } from '../../assert-never.ts'
import { useEngine } from '../../composables/use-engine.ts'
import { useFieldWords } from '../data/use-field-words.ts'

export interface ChangeWords {
  readonly field: string
  readonly label: string
  /** Empty where there was or is nothing. */
  readonly before: string
  readonly after: string
  readonly sensitive: boolean
}

export function useAuditWords() {
  const { t } = useI18n()
  const { orpc } = useEngine()
  const { labelOf, textOf } = useFieldWords()
  const { data: model } = useQuery(orpc.model.entities.queryOptions({ staleTime: Infinity }))
  const fields = computed(
    () =>
      new Map(
        (model.value ?? []).map((entity) => [
          entity.name,
          new Map(entity.fields.map((field) => [field.name, field])),
        ]),
      ),
  )

  /** Where a change came from, with its icon. */
  const originOf = ({ origin, from, undoes }: AuditEntry) => {
    switch (origin) {
      case 'operator':
        return { icon: mdiAccountOutline, text: t('activity.origin.operator') }
      case 'import':
        return {
          icon: mdiFileImportOutline,
          text: t(undoes ? 'activity.origin.undo' : 'activity.origin.import', { from }),
        }
      case 'target':
        return { icon: mdiConnection, text: t('activity.origin.target', { from }) }
      default:
        return assertNever(origin)
    }
  }

  const changesOf = (
    { entity, changes }: AuditEntry,
    names: Readonly<Record<string, string>>,
  ): readonly ChangeWords[] =>
    changes.map(({ field, before, after }) => {
      const known = fields.value.get(entity)?.get(field)
      const text = (value: FieldValue) => asText(entity, known, value, names)
      return {
        field,
        label: known ? labelOf(entity, known) : field,
        before: text(before),
        after: text(after),
        sensitive: known?.sensitive ?? isSensitiveOwnField(field),
      }
    })

  function asText(
    entity: EntityName,
    field: FieldView | undefined,
    value: FieldValue,
    names: Readonly<Record<string, string>>,
  ): string {
    return field ? textOf(entity, field, value, names) : String(value ?? '')
  }

  return { originOf, changesOf }
}
