/**
 * Palettes of the window. Text keeps 4.5:1 on every surface it is used on, in the two of high contrast 7:1 (WCAG
 * 1.4.3 and 1.4.6).
 */
import type { ThemeDefinition } from 'vuetify'
import type { Settings } from '../../main/contract/settings.ts'

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

/** Nothing is told by a shade: text has full strength, each frame is a line of the text's colour. */
const strong = {
  'high-emphasis-opacity': 1,
  'medium-emphasis-opacity': 1,
  'disabled-opacity': 0.7,
  'border-opacity': 1,
}

const contrastLight: ThemeDefinition = {
  dark: false,
  colors: {
    background: '#ffffff',
    surface: '#ffffff',
    'surface-bright': '#ffffff',
    'surface-light': '#ffffff',
    'surface-variant': '#000000',
    'on-surface-variant': '#ffffff',
    'on-surface': '#000000',
    'on-background': '#000000',
    primary: '#003a5c',
    'on-primary': '#ffffff',
    secondary: '#000000',
    'on-secondary': '#ffffff',
    success: '#004d22',
    'on-success': '#ffffff',
    warning: '#5c3400',
    'on-warning': '#ffffff',
    error: '#8a0010',
    'on-error': '#ffffff',
    info: '#003a7a',
    'on-info': '#ffffff',
    neutral: '#262626',
  },
  variables: { ...strong, 'border-color': '#000000' },
}

const contrastDark: ThemeDefinition = {
  dark: true,
  colors: {
    background: '#000000',
    surface: '#000000',
    'surface-bright': '#ffffff',
    'surface-light': '#000000',
    'surface-variant': '#ffffff',
    'on-surface-variant': '#000000',
    'on-surface': '#ffffff',
    'on-background': '#ffffff',
    primary: '#9edcff',
    'on-primary': '#000000',
    secondary: '#ffffff',
    'on-secondary': '#000000',
    success: '#8ff0b4',
    'on-success': '#000000',
    warning: '#ffd27a',
    'on-warning': '#000000',
    error: '#ffb3ad',
    'on-error': '#000000',
    info: '#b3d9ff',
    'on-info': '#000000',
    neutral: '#e6e6e6',
  },
  variables: { ...strong, 'border-color': '#ffffff' },
}

export const themes = {
  light,
  dark,
  'contrast-light': contrastLight,
  'contrast-dark': contrastDark,
} as const

/** What the operating system asks every program for. */
export interface SystemLook {
  readonly dark: boolean
  readonly moreContrast: boolean
}

/** The theme to show: the chosen one, or what the computer asks for. */
export function themeFor(chosen: Settings['theme'], system: SystemLook): keyof typeof themes {
  if (chosen !== 'system') return chosen
  const shade = system.dark ? 'dark' : 'light'
  return system.moreContrast ? `contrast-${shade}` : shade
}
