import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { problemCodes } from '../../main/contract/problem.ts'
import { participantStatuses } from '../../main/contract/desk.ts'
import { languages } from '../../main/contract/settings.ts'
import { entityNames, syncErrorCodes } from '../../main/contract/words.ts'
import { frenchForm } from '../../renderer/plugins/plural-forms.ts'

const folder = join(import.meta.dirname, '../../renderer/locales')
const areas = readdirSync(join(folder, 'en')).filter((name) => name.endsWith('.json'))

const translated = languages.filter((language) => language !== 'en')

/** Every message of a file by its dotted key. */
function messages(language: string, file: string): Map<string, string> {
  const found = new Map<string, string>()
  const walk = (value: unknown, key: string) => {
    if (typeof value === 'string') found.set(key, value)
    else for (const [name, inner] of Object.entries(value as object)) walk(inner, `${key}.${name}`)
  }
  walk(JSON.parse(readFileSync(join(folder, language, file), 'utf8')), file.replace('.json', ''))
  return found
}

/** Names of the values put into a message. */
const placeholders = (text: string) =>
  [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))].toSorted()

/** All keys that appear as texts in the window's sources. */
function sources(): string {
  const root = join(folder, '..')
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(vue|ts)$/.test(name))
    .map((name) => readFileSync(join(root, name), 'utf8'))
    .join('\n')
}

describe('The languages of the window', () => {
  it.each(translated)('have the same files (%s)', (language) => {
    expect(readdirSync(join(folder, language)).toSorted()).toEqual(
      readdirSync(join(folder, 'en')).toSorted(),
    )
  })

  it.each(translated.flatMap((language) => areas.map((file) => [language, file] as const)))(
    'say the same in %s/%s, with the same values put in and as many plural forms',
    (language, file) => {
      const said = messages(language, file)
      const english = messages('en', file)
      expect([...said.keys()].toSorted(), `keys of renderer/locales/${language}/${file}`).toEqual(
        [...english.keys()].toSorted(),
      )
      for (const [key, text] of english) {
        const own = said.get(key) ?? ''
        expect(placeholders(own), key).toEqual(placeholders(text))
        expect(own === '', `${key} says something in one language only`).toBe(text === '')
        expect(own.split(' | ').length, `plural forms of ${key}`).toBe(text.split(' | ').length)
      }
    },
  )

  it.each(translated)('leave no sentence in English (%s)', (language) => {
    const untouched = areas.flatMap((file) => {
      const english = messages('en', file)
      return [...messages(language, file)].filter(
        // Three words of letters are a sentence, and no sentence is the same in two of these languages.
        ([key, text]) => text === english.get(key) && /\p{L}{2,} \p{L}{2,} \p{L}{2,}/u.test(text),
      )
    })
    expect(untouched).toEqual([])
  })

  it('have the singular where the language has it', () => {
    expect([0, 1, 2, 1000].map((count) => frenchForm(count, 2))).toEqual([0, 0, 1, 1])
    expect([0, 1, 2, 1000].map((count) => frenchForm(count, 3))).toEqual([0, 1, 2, 2])
  })

  it.each(languages)('name every code of the contract in %s', (language) => {
    const words = messages(language, 'words.json')
    const needed = [
      ...problemCodes.map((code) => `words.problem.${code}.title`),
      ...syncErrorCodes.map((code) => `words.errorCode.${code}`),
      ...participantStatuses.map((status) => `words.status.${status}`),
      ...entityNames.flatMap((name) => [`words.entity.${name}`, `words.entities.${name}`]),
    ]
    expect(needed.filter((key) => !words.has(key))).toEqual([])
  })

  it('have every message the sources ask for by its full name', () => {
    const known = new Set(areas.flatMap((file) => [...messages('en', file).keys()]))
    const asked = [...sources().matchAll(/\bt\(\s*'([a-zA-Z]+(?:\.[a-zA-Z-]+)+)'/g)]
    expect(asked.length).toBeGreaterThan(50)
    expect(asked.map(([, key]) => key ?? '').filter((key) => !known.has(key))).toEqual([])
  })
})
