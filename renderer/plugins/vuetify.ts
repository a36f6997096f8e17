/** Look of the window: two calm palettes whose text keeps at least 4.5:1 contrast on every surface it is used on. */
import 'vuetify/styles'
import '../styles/base.css'
import { createVuetify, type ThemeDefinition } from 'vuetify'
import { aliases, mdi } from 'vuetify/iconsets/mdi-svg'
import { de, en, es, fr } from 'vuetify/locale'
import type { Language } from '../../main/contract/settings.ts'

const light: ThemeDefinition = {
  dark: false,
  colors: {
    background: '#f4f6f7',
    surface: '#ffffff',
    'surface-bright': '#ffffff',
    'surface-light': '#eef1f3',
    'surface-variant': '#55636d',
    'on-surface-variant': '#ffffff',
    'on-surface': '#18222a',
    'on-background': '#18222a',
    primary: '#1d5b79',
    'on-primary': '#ffffff',
    secondary: '#4b5b66',
    'on-secondary': '#ffffff',
    success: '#1c6a42',
    'on-success': '#ffffff',
    warning: '#865200',
    'on-warning': '#ffffff',
    error: '#a5232b',
    'on-error': '#ffffff',
    info: '#2a5d92',
    'on-info': '#ffffff',
    neutral: '#55636d',
  },
  variables: { 'medium-emphasis-opacity': 0.76, 'border-opacity': 0.16 },
}

const dark: ThemeDefinition = {
  dark: true,
  colors: {
    background: '#10161a',
    surface: '#182026',
    'surface-bright': '#d3dde3',
    'surface-light': '#212b32',
    'surface-variant': '#a9b7c0',
    'on-surface-variant': '#142028',
    'on-surface': '#e4eaee',
    'on-background': '#e4eaee',
    primary: '#84c7e6',
    'on-primary': '#06222f',
    secondary: '#a9b7c0',
    'on-secondary': '#142028',
    success: '#7fce9f',
    'on-success': '#06250f',
    warning: '#f0b768',
    'on-warning': '#2b1a00',
    error: '#ff9f98',
    'on-error': '#3a0507',
    info: '#9ec8f4',
    'on-info': '#06233f',
    neutral: '#a9b7c0',
  },
  variables: { 'medium-emphasis-opacity': 0.78, 'border-opacity': 0.2 },
}

/** Nonce the host wrote into the page, so that the theme's style element passes the content security policy. */
function cspNonce(): string | undefined {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce || undefined
}

const outlined = { variant: 'outlined', density: 'compact', hideDetails: 'auto' } as const

/** The component library with the window's themes, icons and defaults. */
export function createLook(language: Language) {
  const nonce = cspNonce()
  return createVuetify({
    icons: { defaultSet: 'mdi', aliases, sets: { mdi } },
    locale: { locale: language, fallback: 'en', messages: { en, de, fr, es } },
    display: { mobileBreakpoint: 'md', thresholds: { md: 840, lg: 1145 } },
    theme: { defaultTheme: 'system', themes: { light, dark }, ...(nonce && { cspNonce: nonce }) },
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
