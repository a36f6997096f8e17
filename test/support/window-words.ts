/** What the window's composables answer in a language, without a window: for words, which need no page. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSSRApp } from 'vue'
import { createI18n } from 'vue-i18n'
import { renderToString } from 'vue/server-renderer'
import { languages, type Language } from '../../main/contract/settings.ts'

export const windowLanguages = languages
export type WindowLanguage = Language

const folder = join(import.meta.dirname, '../../renderer/locales')

/** The messages of a language by their area: `words.json` is `words`. */
function messagesOf(language: WindowLanguage): Record<string, never> {
  const files = readdirSync(join(folder, language)).filter((name) => name.endsWith('.json'))
  return Object.fromEntries(
    files.map((name) => {
      const text = readFileSync(join(folder, language, name), 'utf8')
      return [name.replace('.json', ''), JSON.parse(text) as never]
    }),
  )
}

/** @param use calls a composable, as the set-up of a component does */
export async function inWindow<Answer>(
  language: WindowLanguage,
  use: () => Answer,
): Promise<Answer> {
  let answer: Answer | undefined
  const app = createSSRApp({
    setup() {
      answer = use()
      return () => null
    },
  })
  const i18n = createI18n({
    legacy: false,
    locale: language,
    messages: { [language]: messagesOf(language) },
  })
  await renderToString(app.use(i18n))
  return answer!
}
