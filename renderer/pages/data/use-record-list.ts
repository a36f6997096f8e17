/** One page of records at a time; what is asked for lives in the address, so that it can be shared and come back to. */
import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, ref, watch, type Ref } from 'vue'
import { useRoute, useRouter, type LocationQueryRaw } from 'vue-router'
import type { FieldValue } from '../../../main/contract/records.ts'
import type { EntityName } from '../../../main/contract/words.ts'
import { useEngine } from '../../composables/use-engine.ts'

/** Rows of one page. A search answers at most these. */
export const pageRows = 100
/** Query names of the address that narrow by a field start so: `is.status=finished`. */
const filterPrefix = 'is.'
/** In the address: the field is empty. */
export const emptyValue = '∅'

/** The order of a list: a field, `display` for the name, `modifiedOn` for the last change. */
export interface ListSort {
  readonly field: string
  readonly descending: boolean
}

export function useRecordList(entity: Ref<EntityName>) {
  const { orpc } = useEngine()
  const route = useRoute()
  const router = useRouter()

  const one = (name: string) => {
    const value = route.query[name]
    return typeof value === 'string' ? value : ''
  }
  const query = computed(() => one('q'))
  const deleted = computed(() => one('deleted') === '1')
  const openId = computed(() => one('id') || null)
  const filters = computed<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(
      Object.entries(route.query).flatMap(([name, value]) =>
        name.startsWith(filterPrefix) && typeof value === 'string'
          ? [[name.slice(filterPrefix.length), value]]
          : [],
      ),
    ),
  )

  /** `sort=lastName`, or `sort=-lastName` for the other way round. */
  const sort = computed<ListSort | null>(() => {
    const text = one('sort')
    if (text === '') return null
    const descending = text.startsWith('-')
    return { field: descending ? text.slice(1) : text, descending }
  })

  /** Positions where the pages up to the present one start. */
  const starts = ref<(string | null)[]>([null])
  const asked = computed(() =>
    JSON.stringify([entity.value, query.value, deleted.value, filters.value, sort.value]),
  )
  watch(asked, () => (starts.value = [null]), { flush: 'sync' })

  const input = computed(() => ({
    entity: entity.value,
    query: query.value,
    deleted: deleted.value,
    where: Object.fromEntries(
      Object.entries(filters.value).map(([field, value]): [string, FieldValue] => [
        field,
        value === emptyValue ? null : value,
      ]),
    ),
    ...(sort.value && { sort: sort.value }),
    after: starts.value.at(-1) ?? null,
    limit: pageRows,
  }))
  const list = useQuery(
    computed(() =>
      orpc.records.list.queryOptions({
        input: input.value,
        placeholderData: keepPreviousData,
      }),
    ),
  )

  /** The rows of another kind of data must not stand under this one's columns while its own are read. */
  const dataOf = ref<EntityName | null>(null)
  watch(
    [list.data, list.isPlaceholderData],
    ([data, isOld]) => {
      if (data !== undefined && !isOld) dataOf.value = entity.value
    },
    { immediate: true, flush: 'sync' },
  )
  const data = computed(() => (dataOf.value === entity.value ? list.data.value : undefined))

  /** Changes the address without a new step in the browser's history; empty values go. */
  const inAddress = (changes: Readonly<Record<string, string | null>>) => {
    const next: LocationQueryRaw = { ...route.query }
    for (const [name, value] of Object.entries(changes)) {
      if (value === null || value === '') delete next[name]
      else next[name] = value
    }
    void router.replace({ query: next })
  }

  return {
    /** Changes whenever other records are asked for, not when they are only sorted or turned over. */
    narrowed: computed(() =>
      JSON.stringify([entity.value, query.value, deleted.value, filters.value]),
    ),
    data,
    error: list.error,
    isOld: list.isPlaceholderData,
    refetch: list.refetch,
    query,
    deleted,
    filters,
    sort,
    /** What the list is narrowed to and how it is sorted, as the address says it. */
    view: computed(() => {
      const { id: _, ...rest } = route.query
      return rest as Readonly<Record<string, string>>
    }),
    show: (view: Readonly<Record<string, string>>) =>
      void router.replace({ query: { ...view, ...(openId.value && { id: openId.value }) } }),
    /** First up, then down, then in order of entry again. */
    sortBy: (field: string) => {
      const now = sort.value
      const next = now?.field !== field ? field : now.descending ? null : `-${field}`
      inAddress({ sort: next })
    },
    openId,
    pageNumber: computed(() => starts.value.length),
    /** A search answers the best hits once; only a list goes on. */
    hasNext: computed(() => query.value === '' && (data.value?.next ?? null) !== null),
    next: () => {
      const after = data.value?.next ?? null
      if (after !== null && !list.isPlaceholderData.value) starts.value = [...starts.value, after]
    },
    previous: () => {
      if (starts.value.length > 1) starts.value = starts.value.slice(0, -1)
    },
    search: (text: string) => inAddress({ q: text.trim() }),
    showDeleted: (shown: boolean) => inAddress({ deleted: shown ? '1' : null }),
    filter: (field: string, value: string | null) =>
      inAddress({ [`${filterPrefix}${field}`]: value }),
    open: (id: string | null) => inAddress({ id }),
  }
}
