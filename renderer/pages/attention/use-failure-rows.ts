/** The failures of a group that are looked at, by when they were tried last, and those of them that are chosen. */
import { useQuery } from '@tanstack/vue-query'
import { computed, ref, watch, type Ref } from 'vue'
import type { FailureFilter, FailureGroup } from '../../../main/contract/sync.ts'
import { useEngine } from '../../composables/use-engine.ts'

/** Failures shown at most. */
const readAtMost = 500
const hourMs = 3_600_000

/** When a failure was tried last: at any time, within the last hour, or before. */
export const triedTimes = ['any', 'lately', 'before'] as const

/** @param open whether the rows are shown; before, nothing is asked for */
export function useFailureRows(group: () => FailureGroup, open: Readonly<Ref<boolean>>) {
  const { orpc } = useEngine()
  const wantAll = ref(false)
  const tried = ref<(typeof triedTimes)[number]>('any')
  /** Taken when the time is chosen: what is listed does not change by itself under somebody's hands. */
  const hourAgo = ref('')
  const selected = ref<ReadonlySet<string>>(new Set())
  watch(
    tried,
    () => {
      hourAgo.value = new Date(Date.now() - hourMs).toISOString()
      selected.value = new Set()
    },
    { flush: 'sync' },
  )

  /** A group's own filter: its key alone would fold over more than it needs to. */
  const filter = computed<FailureFilter>(() => {
    const { target, code, key } = group()
    return { target, code, group: key }
  })
  const times = computed<FailureFilter>(() => {
    if (tried.value === 'any') return {}
    return tried.value === 'lately' ? { since: hourAgo.value } : { until: hourAgo.value }
  })
  const readsAll = computed(() => wantAll.value || tried.value !== 'any')
  const { data, error, isFetching } = useQuery(
    computed(() =>
      orpc.failures.list.queryOptions({
        input: { ...filter.value, ...times.value, limit: readAtMost },
        enabled: open.value && readsAll.value,
      }),
    ),
  )
  const rows = computed(() => {
    const examples = tried.value === 'any' ? group().examples : []
    return readsAll.value ? (data.value?.failures ?? examples) : examples
  })
  return {
    filter,
    rows,
    isFetching,
    /** Why they could not be read; null while they could. */
    error,
    tried,
    selected,
    /**
     * Ids of the chosen ones that are still listed; where nothing was chosen, of all that were tried at the time asked for. A
     * choice of which nothing is left is none of the others.
     */
    meant: computed(() => {
      const listed = rows.value.map(({ id }) => id)
      if (selected.value.size === 0) return tried.value === 'any' ? [] : listed
      return listed.filter((id) => selected.value.has(id))
    }),
    /** There may be more that were tried then. */
    isCut: computed(() => readsAll.value && rows.value.length >= readAtMost),
    readAtMost,
    /** How many more can be shown than are; 0 for none. */
    more: computed(() => {
      if (readsAll.value || rows.value.length >= group().count) return 0
      return Math.min(group().count, readAtMost)
    }),
    showMore: () => void (wantAll.value = true),
  }
}
