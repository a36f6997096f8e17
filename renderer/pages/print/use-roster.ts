/** The roster that is to be printed: how many lines it has, and as many of them as the preview needs. */
import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, shallowRef, watch, type Ref } from 'vue'
import type { RosterChoice, RosterRow } from '../../../main/contract/roster.ts'
import { toShownProblem, type ShownProblem } from '../../connection/shown-problem.ts'
import { useEngine } from '../../composables/use-engine.ts'

/** Who is on it, and what is told of them. */
export interface RosterAsked extends RosterChoice {
  readonly fields: readonly string[]
}

/** Lines in one answer. */
export const pageLines = 1000

/** @param asked null while there is no event */
export function useRoster(asked: Readonly<Ref<RosterAsked | null>>) {
  const { client, orpc } = useEngine()
  const parts = useQuery(
    computed(() =>
      orpc.roster.parts.queryOptions({
        input: asked.value ?? { eventId: '' },
        enabled: asked.value !== null,
        placeholderData: keepPreviousData,
      }),
    ),
  )
  const rows = shallowRef<readonly RosterRow[]>([])
  const readOn = shallowRef(Date.now())
  const next = shallowRef<string | null>(null)
  const isComplete = shallowRef(false)
  const problem = shallowRef<ShownProblem | null>(null)
  let turn = 0
  let reading = false

  async function read(after: string | null): Promise<void> {
    const input = asked.value
    if (input === null) return
    const mine = ++turn
    const on = Date.now()
    reading = true
    try {
      const fields = [...input.fields]
      const page = await client.roster.page({ ...input, fields, after, limit: pageLines })
      if (mine !== turn) return
      rows.value = after === null ? page.rows : [...rows.value, ...page.rows]
      if (after === null) readOn.value = on
      next.value = page.next
      isComplete.value = page.next === null
      problem.value = null
    } catch (error) {
      if (mine === turn) problem.value = toShownProblem(error)
    }
    if (mine === turn) reading = false
  }

  const key = computed(() => JSON.stringify(asked.value))
  // What somebody changed meanwhile is read again with the numbers of the parts.
  watch([key, parts.dataUpdatedAt], () => void read(null), { immediate: true })

  return {
    parts: computed(() => parts.data.value?.parts ?? []),
    /** How many lines it has. */
    lines: computed(() =>
      (parts.data.value?.parts ?? []).reduce((sum, { entrants }) => sum + entrants, 0),
    ),
    isKnown: computed(() => parts.data.value !== undefined),
    rows,
    /** When the first of them were read, milliseconds since 1970 UTC. */
    readOn,
    isComplete,
    problem: computed(() => problem.value ?? parts.error.value),
    retry: () => void parts.refetch(),
    /** Reads the lines after those that are there. */
    more() {
      if (!reading && next.value !== null) void read(next.value)
    },
  }
}
