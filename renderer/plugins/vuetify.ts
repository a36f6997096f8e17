/** Look of the window: the component library with our themes, icons and defaults. */
import 'vuetify/styles'
import '../fonts/inter.css'
import '../styles/base.css'
import { createVuetify } from 'vuetify'
import { aliases, mdi } from 'vuetify/iconsets/mdi-svg'
import { de, en, es, fr } from 'vuetify/locale'
import type { Language } from '../../main/contract/settings.ts'
import { themes } from './themes.ts'

/** Nonce the host wrote into the page, so that the theme's style element passes the content security policy. */
function cspNonce(): string | undefined {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce || undefined
}

const outlined = { variant: 'outlined', density: 'compact', hideDetails: 'auto' } as const

export function createLook(language: Language) {
  const nonce = cspNonce()
  return createVuetify({
    icons: { defaultSet: 'mdi', aliases, sets: { mdi } },
    locale: { locale: language, fallback: 'en', messages: { en, de, fr, es } },
    display: { mobileBreakpoint: 'md', thresholds: { md: 840, lg: 1145 } },
    theme: { defaultTheme: 'system', themes, ...(nonce && { cspNonce: nonce }) },
    defaults: {
      VBtn: { variant: 'flat', rounded: 'md' },
      VTextField: outlined,
      VTextarea: outlined,
      VSelect: outlined,
      VAutocomplete: outlined,
      VCombobox: outlined,
      VNumberInput: outlined,
      VFileInput: outlined,
      VCheckbox: { density: 'compact', hideDetails: 'auto', color: 'primary' },
      VSwitch: { density: 'compact', hideDetails: 'auto', color: 'primary', inset: true },
      VRadioGroup: { density: 'compact', hideDetails: 'auto', color: 'primary' },
      VCard: { variant: 'flat', border: true, rounded: 'lg' },
      VChip: { density: 'comfortable', rounded: 'md' },
      VTable: { density: 'compact' },
      VDialog: { maxWidth: 640 },
      VTooltip: { location: 'bottom', openDelay: 400 },
      VProgressLinear: { color: 'primary', rounded: true },
    },
  })
}
