/** Applies the saved theme and language to the window. */
import { useQuery } from '@tanstack/vue-query'
import { watchEffect } from 'vue'
import { useI18n } from 'vue-i18n'
import { useLocale, useTheme } from 'vuetify'
import { pickLanguage } from '../plugins/i18n.ts'
import { useEngine } from './use-engine.ts'

/** Called once by the root component; follows the settings from then on. */
export function useAppearance(): void {
  const { orpc } = useEngine()
  const theme = useTheme()
  const vuetifyLocale = useLocale()
  const { locale } = useI18n({ useScope: 'global' })
  const { data: settings } = useQuery(orpc.settings.get.queryOptions({ staleTime: Infinity }))

  watchEffect(() => {
    const language = pickLanguage(settings.value?.language ?? 'system', navigator.languages)
    locale.value = language
    vuetifyLocale.current.value = language
    document.documentElement.lang = language
    void theme.change(settings.value?.theme ?? 'system', false)
  })
}
