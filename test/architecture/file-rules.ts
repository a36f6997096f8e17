/** Rules about files as a whole: their length, their names, and words that belong elsewhere. */
import { basename } from 'node:path'
import type { Breach, SourceFile } from './source-tree.ts'
import { lineAt } from './source-tree.ts'

const longest = 400
const emptyNames = ['util', 'utils', 'helper', 'helpers', 'manager', 'data', 'handle', 'misc']

/** Code files over the ceiling of 400 lines. */
export function checkLength(files: readonly SourceFile[]): readonly Breach[] {
  return files.flatMap(({ path, text }) => {
    const lines = text.replace(/\n$/, '').split('\n').length
    if (!/\.(ts|vue|mjs|css)$/.test(path) || lines <= longest) return []
    const message = `${lines} lines; the ceiling is ${longest}: split it, one idea per file`
    return [{ path, line: longest + 1, message }]
  })
}

/** Names that say nothing, and file names in the wrong case. */
export function checkNames(files: readonly SourceFile[]): readonly Breach[] {
  return files.flatMap(({ path }) => {
    if (!/\.(ts|vue|mjs|css)$/.test(path)) return []
    const name = basename(path).replace(/\..*$/, '')
    const words = path
      .replace(/\.[a-z.]+$/, '')
      .split(/[/\-.]|(?<=[a-z0-9])(?=[A-Z])/)
      .map((word) => word.toLowerCase())
    const empty = words.find((word) => emptyNames.includes(word) && isWholeName(path, word))
    if (empty)
      return [{ path, line: 1, message: `"${empty}" says nothing: name the idea the file holds` }]
    const wanted = path.endsWith('.vue') ? /^[A-Z][A-Za-z0-9]*$/ : /^[a-z0-9]+(-[a-z0-9]+)*$/
    if (wanted.test(name)) return []
    const rule = path.endsWith('.vue')
      ? 'Vue components are named in PascalCase'
      : 'files are named in kebab-case'
    return [{ path, line: 1, message: rule }]
  })
}

/** `data` alone is an empty name, `master-data` and the Data pages are not; the other words always are. */
function isWholeName(path: string, word: string): boolean {
  if (word !== 'data' && word !== 'handle') return true
  return basename(path).replace(/\..*$/, '').toLowerCase() === word
}

// Written in pieces, so that this file does not break its own rule.
const foreignWords: readonly { readonly words: RegExp; readonly advice: string }[] = [
  {
    words: new RegExp(
      `(?<![\\w.\\-/])/(${['wo' + 'rk', 'ro' + 'ot', 'ho' + 'me', 'Us' + 'ers'].join('|')})/\\w`,
    ),
    advice: 'a path of one machine: use a relative path or a temporary folder',
  },
  {
    words: new RegExp(`registry\\.(npm|yarn)|(${'verda' + 'ccio'}|${'artifac' + 'tory'})`),
    advice: 'a registry host: packages are named by version only',
  },
]

/** Machine paths and registry hosts in tracked files. */
export function checkWords(files: readonly SourceFile[]): readonly Breach[] {
  return files.flatMap(({ path, text }) =>
    foreignWords.flatMap(({ words, advice }) => {
      const match = words.exec(text)
      return match
        ? [{ path, line: lineAt(text, match.index), message: `"${match[0]}": ${advice}` }]
        : []
    }),
  )
}
