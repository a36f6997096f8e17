/** A column nobody knows becomes a field of the event: the event is made if it is new, the field is defined, and filled. */
import { useQueryClient } from '@tanstack/vue-query'
import { ref, shallowRef } from 'vue'
import { toShownProblem, type ShownProblem } from '../../../connection/shown-problem.ts'
import { useEngine } from '../../../composables/use-engine.ts'
import { useOwnFields } from '../../../composables/use-own-fields.ts'

/** @param eventName of all rows, as it is typed; @param map says that a column fills a field */
export function useOwnColumn(
  eventName: () => string,
  map: (column: string, field: string) => void,
) {
  const { client, orpc } = useEngine()
  const cache = useQueryClient()
  const own = useOwnFields()
  const problem = shallowRef<ShownProblem | null>(null)
  const busy = ref(false)

  async function eventId(name: string): Promise<string> {
    const found = (await client.desk.events()).find((event) => event.name === name)
    if (found) return found.id
    const made = await client.records.set({ entity: 'event', fields: { name } })
    await cache.invalidateQueries({ queryKey: orpc.desk.key() })
    return made.id
  }

  return {
    problem,
    busy,
    async make(column: string): Promise<void> {
      if (busy.value) return
      busy.value = true
      problem.value = null
      try {
        const id = await eventId(eventName().trim())
        const { name } = await client.ownFields.add({ eventId: id, label: column.trim() })
        await own.reread()
        map(column, name)
      } catch (error) {
        problem.value = toShownProblem(error)
      } finally {
        busy.value = false
      }
    },
  }
}
