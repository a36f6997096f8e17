/** What waits for a person at one target or all: conflicts and failures folded by cause, and how many are unlinked. */
import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import type { MatchKind } from '../../../main/contract/conflicts.ts'
import { useEngine } from '../../composables/use-engine.ts'

export function useWaiting(target: Readonly<Ref<string | null>>) {
  const { orpc } = useEngine()
  const input = computed(() => (target.value === null ? {} : { target: target.value }))
  const placeholderData = keepPreviousData

  const conflicts = useQuery(
    computed(() => orpc.conflicts.groups.queryOptions({ input: input.value, placeholderData })),
  )
  const failures = useQuery(
    computed(() => orpc.failures.groups.queryOptions({ input: input.value, placeholderData })),
  )
  const totalOf = (kind: MatchKind) =>
    useQuery(
      computed(() =>
        orpc.matches.list.queryOptions({
          input: { ...input.value, kind, limit: 1 },
          placeholderData,
        }),
      ),
    )
  const [possible, remote, local] = [totalOf('possible'), totalOf('remote'), totalOf('local')]
  // Of people here no target knows anything.
  const doubles = useQuery(
    computed(() => orpc.doubles.list.queryOptions({ input: { limit: 1 }, placeholderData })),
  )
  const all = [conflicts, failures, possible, remote, local, doubles]

  return {
    conflicts: computed(() => conflicts.data.value?.groups ?? []),
    failures: computed(() => failures.data.value?.groups ?? []),
    matchTotals: computed<Readonly<Record<MatchKind, number>>>(() => ({
      possible: possible.data.value?.total ?? 0,
      remote: remote.data.value?.total ?? 0,
      local: local.data.value?.total ?? 0,
    })),
    doubleTotal: computed(() => (target.value === null ? (doubles.data.value?.total ?? 0) : 0)),
    isRead: computed(() => all.every(({ data }) => data.value !== undefined)),
    /** The first problem, null when there is none. */
    error: computed(
      () => all.map(({ error }) => error.value).find((error) => error !== null) ?? null,
    ),
    refetch: () => Promise.all(all.map(({ refetch }) => refetch())),
  }
}
