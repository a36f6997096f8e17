import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { languages } from '../../main/contract/settings.ts'

const project = join(import.meta.dirname, '../..')
type Words = { readonly [key: string]: string | Words }

/** Every sentence of a locale, by its key. */
function sentences(words: Words, before = ''): readonly (readonly [key: string, text: string])[] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[`${before}${key}`, value] as const]
      : sentences(value, `${before}${key}.`),
  )
}

function locale(language: string): Readonly<Record<string, Words>> {
  const folder = join(project, 'renderer/locales', language)
  return Object.fromEntries(
    readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => [
        name.replace('.json', ''),
        JSON.parse(readFileSync(join(folder, name), 'utf8')) as Words,
      ]),
  )
}

function sources(folder: string): readonly string[] {
  return readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|vue)$/.test(name))
    .map((name) => readFileSync(join(project, folder, name), 'utf8'))
}

const commands = new Set(
  sources('main/hosts/edge').flatMap((text) =>
    [...text.matchAll(/\.command\('([a-z-]+)'/g)].map(([, name]) => name!),
  ),
)

/** Commands named in a text, as `marshal x`. */
const named = (text: string) =>
  [...text.matchAll(/\bmarshal ([a-z-]+)/g)]
    .map(([, name]) => name!)
    .filter((name) => name !== 'command')

describe.each(languages)('A text in %s that sends people somewhere', (language) => {
  const words = locale(language)
  const all = sentences(words)
  const shell = words['shell'] as { readonly pages: Readonly<Record<string, string>> }
  const pages = Object.values(shell.pages)
  /** Headings of the cards of the settings page. */
  const cards = Object.values(words['settings']!).flatMap((card) =>
    typeof card === 'object' && typeof card['title'] === 'string' ? [card['title']] : [],
  )

  it('names a page there is, and a card on it', () => {
    const led = all.flatMap(([key, text]) =>
      [...text.matchAll(/(\p{Lu}\p{L}+)\s> /gu)].map((match) => ({ key, text, match })),
    )
    expect(led.length).toBeGreaterThan(2)
    for (const { key, text, match } of led) {
      expect(pages, key).toContain(match[1])
      const rest = text.slice(match.index + match[0].length)
      expect(
        cards.filter((title) => rest.startsWith(title)),
        `${key}: ${rest}`,
      ).not.toEqual([])
    }
  })

  it('does not speak of a support, which there is none of', () => {
    for (const [key, text] of all)
      expect(text, key).not.toMatch(/\bto support\b|den Support|Kundendienst/i)
  })

  it('names a command there is', () => {
    for (const [key, text] of all)
      for (const name of named(text)) expect(commands, `${key}: marshal ${name}`).toContain(name)
  })
})

describe('A message of the engine or the command line', () => {
  it('names a command there is', () => {
    const texts = ['main', 'renderer'].flatMap((folder) => sources(folder))
    const quoted = texts.flatMap((text) =>
      [...text.matchAll(/["“]marshal ([a-z][a-z-]*)/g)].map(([, name]) => name!),
    )
    expect(quoted.length).toBeGreaterThan(5)
    expect(quoted.filter((name) => !commands.has(name))).toEqual([])
  })
})
