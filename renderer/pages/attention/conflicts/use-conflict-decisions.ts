/** Settling conflicts, with what was refused kept beside the conflict it is about. */
import { useQueryClient } from '@tanstack/vue-query'
import { ref, shallowReactive } from 'vue'
import { useI18n } from 'vue-i18n'
import type { ConflictDecision } from '../../../../main/contract/conflicts.ts'
import { toShownProblem } from '../../../connection/shown-problem.ts'
import { useEngine } from '../../../composables/use-engine.ts'
import { useFormat } from '../../../composables/use-format.ts'
import { useNotices } from '../../../composables/use-notices.ts'

/** Why a conflict could not be settled as asked, by its id. Shared, so that "for all" reaches the single ones. */
const refusals = shallowReactive(new Map<string, string>())

export function useConflictDecisions() {
  const { client, orpc } = useEngine()
  const { notify } = useNotices()
  const { number } = useFormat()
  const { t } = useI18n()
  const cache = useQueryClient()
  const busy = ref(false)

  /** Answers whether all that was meant is settled. The lists are read again before it answers. */
  async function settle(decision: ConflictDecision): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    try {
      const { count, refused } = await client.conflicts.resolve(decision)
      for (const id of decision.ids ?? []) refusals.delete(id)
      for (const { id, message } of refused) refusals.set(id, message)
      if (count > 0 || refused.length === 0) {
        notify({ text: t('conflicts.settled', { n: number(count) }, count), tone: 'success' })
      }
      if (refused.length > 0) {
        const text = t('conflicts.refused', { n: number(refused.length) }, refused.length)
        notify({ text, tone: 'error' })
      }
      return refused.length === 0
    } catch (error) {
      const problem = toShownProblem(error)
      notify({ text: problem.message || t(`words.problem.${problem.code}.title`), tone: 'error' })
      return false
    } finally {
      await cache.invalidateQueries({ queryKey: orpc.conflicts.key() })
      void cache.invalidateQueries({ queryKey: orpc.records.key() })
      busy.value = false
    }
  }

  return { busy, settle, refusalOf: (id: string) => refusals.get(id) ?? null }
}
