/** Trying failures again, and giving them up. */
import { useQueryClient } from '@tanstack/vue-query'
import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { FailureFilter } from '../../../main/contract/sync.ts'
import { toShownProblem } from '../../connection/shown-problem.ts'
import { useEngine } from '../../composables/use-engine.ts'
import { useFormat } from '../../composables/use-format.ts'
import { useNotices } from '../../composables/use-notices.ts'
import { usePausedNotice } from '../../composables/use-paused-notice.ts'

/** `retry(filter)` and `discard(filter)` say what they did at the bottom of the window; `busy` is the one going on. */
export function useFailureActions() {
  const { client, orpc } = useEngine()
  const { notify } = useNotices()
  const { number } = useFormat()
  const { t } = useI18n()
  const tellPaused = usePausedNotice()
  const cache = useQueryClient()
  const busy = ref<'retry' | 'discard' | null>(null)

  async function act(
    action: 'retry' | 'discard',
    filter: FailureFilter,
    resume = false,
  ): Promise<void> {
    if (busy.value) return
    busy.value = action
    try {
      const { count } =
        action === 'retry'
          ? await client.failures.retry({ ...filter, resume })
          : await client.failures.discard(filter)
      notify({ text: t(`attention.done.${action}`, { n: number(count) }, count), tone: 'success' })
    } catch (error) {
      if (tellPaused(error, () => void act(action, filter, true))) return
      const problem = toShownProblem(error)
      notify({ text: problem.message || t(`words.problem.${problem.code}.title`), tone: 'error' })
    } finally {
      busy.value = null
      await cache.invalidateQueries({ queryKey: orpc.failures.key() })
      if (resume) await cache.invalidateQueries({ queryKey: orpc.settings.key() })
    }
  }

  return {
    busy,
    retry: (filter: FailureFilter) => act('retry', filter),
    discard: (filter: FailureFilter) => act('discard', filter),
  }
}
