/** Fields that events define for their own entrants. A few rows, asked for once. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import type { OwnField } from '../../main/contract/own-fields.ts'
import { useEngine } from './use-engine.ts'

export function useOwnFields() {
  const { orpc } = useEngine()
  const cache = useQueryClient()
  const { data, error } = useQuery(orpc.ownFields.list.queryOptions({ input: {} }))
  return {
    error,
    /** Those of one event, in the order they were defined. */
    of: (eventId: string | null): readonly OwnField[] =>
      (data.value ?? []).filter((field) => field.eventId === eventId),
    /** What a field is called; undefined for a name no event has. */
    labelOf: (name: string): string | undefined =>
      data.value?.find((field) => field.name === name)?.label,
    /** After a definition changed: forms and tables know their fields from the model. */
    async reread(): Promise<void> {
      await Promise.all([
        cache.invalidateQueries({ queryKey: orpc.ownFields.key() }),
        cache.invalidateQueries({ queryKey: orpc.model.key() }),
        cache.invalidateQueries({ queryKey: orpc.imports.preview.key() }),
      ])
    },
  }
}
