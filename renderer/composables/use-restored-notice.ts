/** Says once, in whichever window comes first, that a backup took the place of the data. */
import { useQuery } from '@tanstack/vue-query'
import { watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useEngine } from './use-engine.ts'
import { useKept } from './use-kept.ts'
import { useNotices } from './use-notices.ts'

export function useRestoredNotice(): void {
  const { t } = useI18n()
  const { orpc } = useEngine()
  const { notify } = useNotices()
  const told = useKept('marshal.restored.told', '', localStorage)
  const { data: about } = useQuery(orpc.settings.about.queryOptions({ staleTime: Infinity }))
  watch(
    () => about.value?.restored,
    (restored) => {
      if (!restored || restored.asideFile === told.value) return
      told.value = restored.asideFile
      const file = restored.from.split(/[\\/]/).at(-1) ?? restored.from
      notify({
        text: t('settings.restore.wasRestored', { file, aside: restored.asideFile }),
        tone: 'success',
      })
    },
    { immediate: true },
  )
}
