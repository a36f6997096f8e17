/** Linking, creating, sending and leaving unlinked records, with the refusals kept beside what they are about. */
import { useQueryClient } from '@tanstack/vue-query'
import { ref, shallowReactive } from 'vue'
import { useI18n } from 'vue-i18n'
import type { MatchFilter } from '../../../../main/contract/conflicts.ts'
import { toShownProblem } from '../../../connection/shown-problem.ts'
import { useEngine } from '../../../composables/use-engine.ts'
import { useFormat } from '../../../composables/use-format.ts'
import { useNotices } from '../../../composables/use-notices.ts'

/** Words of what was done, by message key under `matches.done`. */
export type MatchDeed = 'linked' | 'unlike' | 'created' | 'sent' | 'left'

const refusals = shallowReactive(new Map<string, string>())

export function useMatchDecisions() {
  const { client, orpc } = useEngine()
  const { notify } = useNotices()
  const { number } = useFormat()
  const { t } = useI18n()
  const cache = useQueryClient()
  const busy = ref(false)

  /** Answers whether all that was meant is decided. The lists are read again before it answers. */
  async function decide(
    verdict: 'accept' | 'reject',
    deed: MatchDeed,
    filter: MatchFilter,
    recordId?: string,
  ): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    try {
      const { count, refused } =
        verdict === 'accept'
          ? await client.matches.accept({ ...filter, ...(recordId ? { recordId } : {}) })
          : await client.matches.reject(filter)
      for (const id of filter.ids ?? []) refusals.delete(id)
      for (const { id, message } of refused) refusals.set(id, message)
      if (count > 0 || refused.length === 0) {
        notify({ text: t(`matches.done.${deed}`, { n: number(count) }, count), tone: 'success' })
      }
      if (refused.length > 0) {
        const n = number(refused.length)
        notify({ text: t('matches.refused', { n }, refused.length), tone: 'error' })
      }
      return refused.length === 0
    } catch (error) {
      const problem = toShownProblem(error)
      notify({ text: problem.message || t(`words.problem.${problem.code}.title`), tone: 'error' })
      return false
    } finally {
      await cache.invalidateQueries({ queryKey: orpc.matches.key() })
      void cache.invalidateQueries({ queryKey: orpc.records.key() })
      busy.value = false
    }
  }

  return { busy, decide, refusalOf: (id: string) => refusals.get(id) ?? null }
}
