/** Languages of the window. Messages are compiled at build time; no compiler and no eval run here. */
import { createI18n } from 'vue-i18n'
import { languages, type Language } from '../../main/contract/settings.ts'
import { de } from '../locales/de/index.ts'
import { en } from '../locales/en/index.ts'
import { es } from '../locales/es/index.ts'
import { fr } from '../locales/fr/index.ts'
import { frenchForm } from './plural-forms.ts'

/** The language to start with: the one asked for, else the computer's, else English. */
export function pickLanguage(wanted: string, computer: readonly string[]): Language {
  const candidates = wanted === 'system' ? computer : [wanted]
  for (const candidate of candidates) {
    const short = candidate.slice(0, 2).toLowerCase()
    const found = languages.find((language) => language === short)
    if (found) return found
  }
  return 'en'
}

/** The message catalogue; `t('desk.search.label')` finds `locales/<language>/desk.json`. */
export function createMessages(language: Language) {
  return createI18n({
    legacy: false,
    locale: language,
    fallbackLocale: 'en',
    messages: { en, de, fr, es },
    pluralRules: { fr: frenchForm },
  })
}
