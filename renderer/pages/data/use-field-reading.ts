/** Fields and values of any kind of record for reading, looked up in the model by name. */
import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import type { FieldValue, FieldView, ReferredNames } from '../../../main/contract/records.ts'
import { isSensitiveOwnField } from '../../../main/contract/own-field-names.ts'
import type { EntityName } from '../../../main/contract/words.ts'
import { useEngine } from '../../composables/use-engine.ts'
import { useFieldWords } from './use-field-words.ts'

/** How alike two values of a field can look: running text has places where it differs, a choice only is another one. */
const textKinds: ReadonlySet<string> = new Set(['text', 'name', 'note', 'email', 'phone', 'code'])

export function useFieldReading() {
  const { orpc } = useEngine()
  const { labelOf, textOf } = useFieldWords()
  const { data: model } = useQuery(orpc.model.entities.queryOptions({ staleTime: Infinity }))
  const fields = computed(
    () =>
      new Map(
        (model.value ?? []).flatMap((entity) =>
          entity.fields.map((field) => [`${entity.name}.${field.name}`, field] as const),
        ),
      ),
  )
  const fieldOf = (entity: EntityName, name: string): FieldView | undefined =>
    fields.value.get(`${entity}.${name}`)

  return {
    /** Fields of a kind of record in the order of the model. */
    fieldsOf: (entity: EntityName): readonly FieldView[] =>
      model.value?.find(({ name }) => name === entity)?.fields ?? [],
    label: (entity: EntityName, name: string, otherwise = name): string =>
      labelOf(entity, fieldOf(entity, name) ?? { name, label: otherwise }),
    /** Empty for nothing. `names` tells what references point to. */
    text: (
      entity: EntityName,
      name: string,
      value: FieldValue | undefined,
      names: ReferredNames = {},
    ): string => {
      const field = fieldOf(entity, name)
      return field ? textOf(entity, field, value, names) : String(value ?? '')
    },
    isSensitive: (entity: EntityName, name: string): boolean =>
      fieldOf(entity, name)?.sensitive ?? isSensitiveOwnField(name),
    isReference: (entity: EntityName, name: string): boolean =>
      fieldOf(entity, name)?.refersTo !== undefined,
    isRunningText: (entity: EntityName, name: string): boolean =>
      textKinds.has(fieldOf(entity, name)?.kind ?? 'text'),
  }
}
