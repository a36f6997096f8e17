/** What a new target is made of: the files that are written, and what is added to files that are there. Changes nothing. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Script } from 'node:vm'
import { adapterKind } from '../../main/contract/words.ts'

/** What somebody asks for. */
export interface Wanted {
  readonly name: string
  /** As people call the system. Default: the words of the name. */
  readonly label?: string | undefined
  /** Default: generic. */
  readonly kind?: string | undefined
}

/** New content of files by their paths below the project. */
export type Planned = ReadonlyMap<string, string>

/** Why there can be no such target, in words for people. */
export class Refused extends Error {}

/** What a target is called in each kind of text. */
interface Called {
  /** `race-result` */
  readonly name: string
  /** `Race Result` */
  readonly label: string
  /** `RaceResult` */
  readonly type: string
  /** `raceResult` */
  readonly value: string
  readonly kind: string
}

/** As the templates call it. */
const example: Called = {
  name: 'example-system',
  label: 'Example System',
  type: 'ExampleSystem',
  value: 'exampleSystem',
  kind: 'generic',
}
const examplePort = 4700
const templates = 'scripts/new-target/files'
const longestName = 40
/** No path may have these words; see `test/architecture/file-rules.ts`. */
const emptyWords = ['util', 'utils', 'helper', 'helpers', 'manager', 'misc']
const registry = 'main/engine/targets/registry.ts'
const standIns = 'main/stand-ins/stand-ins.ts'
/** The adapter declares itself in English. */
const otherLanguages = ['de', 'fr', 'es']

/** Plans a target in the project at `root`. Throws `Refused` for a bad or taken name, a bad label, and an unknown kind. */
export function planTarget(root: string, wanted: Wanted): Planned {
  const read = (path: string) => readFileSync(join(root, path), 'utf8')
  const own = calledAs(wanted)
  const [taken] = placesOf(own).filter((path) => existsSync(join(root, path)))
  if (taken) throw new Refused(`The name "${own.name}" is taken: ${taken} is there already.`)
  const isWord = new RegExp(`\\b${own.value}\\b`)
  if (isWord.test(read(registry)) || isWord.test(read(standIns)) || isReserved(own.value)) {
    throw new Refused(`"${own.value}" means something else in the code. Give it another name.`)
  }
  const port = 1 + Math.max(...portsIn(root))
  const inItsWords = (text: string) =>
    renamed(text, own).replace(`port: ${examplePort}`, `port: ${port}`)
  return new Map([
    ...templatesIn(root).map(
      (path) => [renamed(path, own), inItsWords(read(`${templates}/${path}`))] as const,
    ),
    [registry, registered(read(registry), own)],
    [standIns, played(read(standIns), own)],
    ...otherLanguages.map((language) => {
      const file = `renderer/adapter-words/${language}.json`
      const words = inItsWords(read(`scripts/new-target/words.${language}.json`))
      return [file, worded(read(file), own, words)] as const
    }),
    ['README.md', listed(read('README.md'), own)],
  ])
}

function calledAs({ name, label, kind = example.kind }: Wanted): Called {
  const bad = faultOf(name)
  if (bad) throw new Refused(bad)
  const words = name.split('-').map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
  const shown = label ?? words.join(' ')
  if (!/^[\p{L}\p{N}][\p{L}\p{N} .&+-]{0,39}$/u.test(shown)) {
    const may = '1 to 40 letters, digits, spaces and . & + -'
    throw new Refused(`"${shown}" cannot be a label: give ${may}`)
  }
  const kinds: readonly string[] = adapterKind.options
  if (!kinds.includes(kind)) {
    throw new Refused(`There is no kind "${kind}". There are ${kinds.join(', ')}.`)
  }
  const type = words.join('')
  return { name, label: shown, type, value: type.slice(0, 1).toLowerCase() + type.slice(1), kind }
}

function faultOf(name: string): string | null {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    return `"${name}" cannot be the name of a target: give words of small letters and digits, like race-result.`
  }
  if (name.length > longestName) return `The name is longer than ${longestName} letters.`
  const empty = name.split('-').find((word) => emptyWords.includes(word))
  return empty ? `"${empty}" says nothing. Call the target what people call the system.` : null
}

/** Where a target of the name, or something else that is called so, would be. */
function placesOf({ name }: Called): readonly string[] {
  const folders = ['main/engine/targets', 'main/stand-ins', 'test/targets']
  return [
    ...folders.flatMap((folder) => [`${folder}/${name}`, `${folder}/${name}.ts`]),
    `docs/targets/${name}.md`,
  ]
}

function isReserved(value: string): boolean {
  try {
    // Parsed, never run.
    void new Script(`'use strict'; async () => { const ${value} = 0 }`)
    return false
  } catch {
    return true
  }
}

/** The ports the stand-ins listen on. */
function portsIn(root: string): readonly number[] {
  const folder = join(root, 'main/stand-ins')
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name, 'stand-in.ts')
    const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
    return [...text.matchAll(/^ {2}port: (\d+),$/gm)].map(([, port]) => Number(port))
  })
}

function templatesIn(root: string): readonly string[] {
  const folder = join(root, templates)
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
}

function renamed(text: string, own: Called): string {
  return text
    .replaceAll(example.name, own.name)
    .replaceAll(example.label, own.label)
    .replaceAll(example.type, own.type)
    .replaceAll(example.value, own.value)
    .replaceAll(`kind: '${example.kind}'`, `kind: '${own.kind}'`)
}

function registered(text: string, { name, value }: Called): string {
  const imported = change(
    text,
    /^import [^\n]*\/adapter\.ts'\n(?![\s\S]*\/adapter\.ts'\n)/m,
    (last) => `${last}import { ${value} } from './${name}/adapter.ts'\n`,
  )
  return change(imported, /registerAdapters\(\[[^\]]*\]\)/, (list) => listWith(list, value, ')'))
}

function played(text: string, { name, value }: Called): string {
  const known = change(text, /standInNames = \[[^\]]*\] as const/, (list) =>
    listWith(list, `'${name}'`, ' as const'),
  )
  const loader = `  '${name}': async () => (await import('./${name}/stand-in.ts')).${value},\n`
  return change(known, /^const loaders: [^\n]*\n(?: {2}[^\n]*\n)*/m, (all) => all + loader)
}

/** A list in code with one more element. */
function listWith(list: string, element: string, end: string): string {
  return list.slice(0, -end.length - 1).replace(/,?\s*$/, `, ${element}]${end}`)
}

function worded(text: string, { name }: Called, words: string): string {
  return change(text, /\n\}\s*$/, () => `,\n  "${name}": ${words.trim()}\n}\n`)
}

function listed(text: string, { name, kind }: Called): string {
  const row = `| [\`${name}\`](docs/targets/${name}.md) | ${kind} | outbound |\n`
  return change(text, /(?:^\| \[`[a-z0-9-]+`\]\(docs\/targets\/[^\n]*\n)+/m, (rows) => rows + row)
}

/** Throws where the place is not there: then this file has to learn where it is by now. */
function change(text: string, place: RegExp, by: (found: string) => string): string {
  if (!place.test(text)) throw new Error(`The place ${String(place)} was not found.`)
  return text.replace(place, by)
}
