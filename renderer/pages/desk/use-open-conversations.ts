/** What is open with the support of the entrant in front, and how far that can be believed. */
import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { useAdapters } from '../../composables/use-adapters.ts'
import { useEngine } from '../../composables/use-engine.ts'
import { useFormat } from '../../composables/use-format.ts'
import { useLive } from '../../composables/use-live.ts'
import { heardOf } from './conversation-doubts.ts'

export function useOpenConversations(entrantId: () => string) {
  const { orpc } = useEngine()
  const { t } = useI18n()
  const { relative } = useFormat()
  const { adapters } = useAdapters()
  const live = useLive()

  /** Somebody connected a support system; without one nothing is asked, and nothing shown. */
  const isConnected = computed(() => {
    const support = adapters.value?.filter(({ kind }) => kind === 'support') ?? []
    const names = new Set(support.map(({ name }) => name))
    return live.targets.value.some(({ adapter }) => names.has(adapter))
  })
  const found = useQuery(
    computed(() => ({
      ...orpc.desk.conversations.queryOptions({ input: { id: entrantId() } }),
      enabled: isConnected.value,
    })),
  )
  const targets = computed(() => found.data.value?.targets ?? [])

  /** For each target that was not heard of just now: how old what is shown of it is. */
  const doubts = computed(() =>
    targets.value.flatMap((name) => {
      const heard = heardOf(live.target(name), live.known.value)
      if (heard.is === 'now') return []
      return heard.is === 'never'
        ? [t('desk.conversations.never', { name })]
        : [t('desk.conversations.stale', { name, ago: relative(heard.on) })]
    }),
  )
  return {
    isShown: computed(() =>
      found.data.value === undefined ? isConnected.value : targets.value.length > 0,
    ),
    /** Somebody has looked there once: nothing open means that nothing was. */
    isKnown: computed(() =>
      targets.value.some((name) => (live.target(name)?.lastSuccessOn ?? null) !== null),
    ),
    /** Undefined while they are not read. */
    conversations: computed(() => found.data.value?.conversations),
    /** Why they cannot be read; what was read before stays. */
    problem: computed(() => (found.data.value === undefined ? found.error.value : null)),
    doubts,
    reread: () => void found.refetch(),
  }
}
