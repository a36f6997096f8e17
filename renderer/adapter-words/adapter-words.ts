/**
 * What adapters say of themselves, in the languages of the window. An adapter declares itself in English; the words
 * of other languages lie here, by its name. `scripts/settings-forms.ts` puts those of the settings into the forms.
 */
import type { AdapterView } from '../../main/contract/targets.ts'
import de from './de.json' with { type: 'json' }
import es from './es.json' with { type: 'json' }
import fr from './fr.json' with { type: 'json' }

export interface AdapterWords {
  readonly description: string
  readonly settings: Readonly<
    Record<string, { readonly title: string; readonly description: string }>
  >
  readonly secrets: Readonly<Record<string, string>>
}

const languages: Readonly<Record<string, Readonly<Record<string, AdapterWords>>>> = {
  de,
  fr,
  es,
}

/** Words of one adapter; undefined where its own are the right ones. */
export function adapterWords(language: string, adapter: string): AdapterWords | undefined {
  return languages[language]?.[adapter]
}

/** The same adapter, its description and the labels of its secrets in this language. */
export function inLanguage(language: string, adapter: AdapterView): AdapterView {
  const words = adapterWords(language, adapter.name)
  if (!words) return adapter
  return {
    ...adapter,
    description: words.description,
    secrets: adapter.secrets.map((one) => ({ ...one, label: words.secrets[one.key] ?? one.label })),
  }
}
