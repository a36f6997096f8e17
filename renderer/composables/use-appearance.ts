/** Applies the saved theme and language to the window. */
import { useQuery } from '@tanstack/vue-query'
import { onScopeDispose, shallowRef, watchEffect } from 'vue'
import { useI18n } from 'vue-i18n'
import { useLocale, useTheme } from 'vuetify'
import { pickLanguage } from '../plugins/i18n.ts'
import { themeFor } from '../plugins/themes.ts'
import { useEngine } from './use-engine.ts'

/** Called once by the root component; follows the settings from then on. */
export function useAppearance(): void {
  const { orpc } = useEngine()
  const theme = useTheme()
  const vuetifyLocale = useLocale()
  const { locale } = useI18n({ useScope: 'global' })
  const { data: settings } = useQuery(orpc.settings.get.queryOptions({ staleTime: Infinity }))

  const dark = useMedia('(prefers-color-scheme: dark)')
  const moreContrast = useMedia('(prefers-contrast: more)')

  watchEffect(() => {
    const language = pickLanguage(settings.value?.language ?? 'system', navigator.languages)
    locale.value = language
    vuetifyLocale.current.value = language
    document.documentElement.lang = language
    void theme.change(
      themeFor(settings.value?.theme ?? 'system', {
        dark: dark.value,
        moreContrast: moreContrast.value,
      }),
      false,
    )
  })
}

/** Whether the computer answers a media query with yes, now and later. */
function useMedia(query: string) {
  const list = window.matchMedia(query)
  const matches = shallowRef(list.matches)
  const follow = () => (matches.value = list.matches)
  list.addEventListener('change', follow)
  onScopeDispose(() => list.removeEventListener('change', follow))
  return matches
}
