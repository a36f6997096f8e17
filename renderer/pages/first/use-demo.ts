/** The demo event: whether it is here, and putting it in or taking it away. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useEngine } from '../../composables/use-engine.ts'
import { useNotices } from '../../composables/use-notices.ts'
import { toShownProblem } from '../../connection/shown-problem.ts'

export function useDemo() {
  const { client, orpc } = useEngine()
  const { notify } = useNotices()
  const { t } = useI18n()
  const cache = useQueryClient()
  const { data: demo } = useQuery(orpc.demo.get.queryOptions())
  const busy = ref(false)

  async function ask(what: 'add' | 'remove') {
    if (busy.value) return
    busy.value = true
    try {
      const now = await client.demo[what]()
      cache.setQueryData(orpc.demo.get.queryKey(), now)
      await cache.invalidateQueries({ queryKey: orpc.desk.key() })
      if (what === 'remove') notify({ text: t('first.demo.removed'), tone: 'success' })
    } catch (error) {
      const problem = toShownProblem(error)
      notify({ text: problem.message || t(`words.problem.${problem.code}.title`), tone: 'error' })
    } finally {
      busy.value = false
    }
  }

  /** Whether somebody is in the demo event whom it did not bring, as it is now. */
  async function look(): Promise<boolean> {
    const query = orpc.demo.get.queryOptions()
    const now = await cache.fetchQuery({ ...query, staleTime: 0 }).catch(() => demo.value)
    return (now?.event?.others ?? 0) > 0
  }

  return { demo, busy, look, add: () => ask('add'), remove: () => ask('remove') }
}
