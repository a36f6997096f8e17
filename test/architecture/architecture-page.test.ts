/** ARCHITECTURE.md is read in ten minutes and is true: what it names exists, and each folder of the engine is named. */
import { describe, expect, it } from 'vitest'
import { projectFiles } from './source-tree.ts'

const files = projectFiles()
const page = files.find(({ path }) => path === 'ARCHITECTURE.md')?.text ?? ''
const places = new Set(files.flatMap(({ path }) => [path, ...foldersOf(path)]))
/** Folders of which there is one for each system or each step: their parent is named. */
const oneOfMany = /^main\/engine\/targets\/(?!kit$)|^main\/engine\/services\//

const mapped = mapOf(/```text\n([\s\S]*?)```/.exec(page)?.[1] ?? '')
const named = [...page.matchAll(/`([^`\s]+)`/g)]
  .map(([, word]) => word ?? '')
  .filter((word) => !word.startsWith('/') && (word.includes('/') || /\.(ts|vue|mjs)$/.test(word)))

describe('ARCHITECTURE.md', () => {
  it('has a map', () => expect(mapped).toContain('main/engine/sync/outbound'))

  it.each([...new Set(mapped)])('shows on its map only what exists: %s', (path) => {
    expect(places.has(path)).toBe(true)
  })

  it.each([...new Set(named)])('names only what exists: %s', (word) => {
    const wanted = word.replace(/\/$/, '')
    const found = [...places].filter((path) => path === wanted || path.endsWith(`/${wanted}`))
    expect(found).not.toEqual([])
  })

  it('names each folder of the engine', () => {
    const folders = [...places].filter(
      (path) => path.startsWith('main/engine/') && !path.endsWith('.ts') && !oneOfMany.test(path),
    )
    const words: readonly string[] = page.match(/[\w-]+/g) ?? []
    const unnamed = folders.filter(
      (path) => !mapped.includes(path) && !words.includes(path.split('/').at(-1) ?? ''),
    )
    expect(unnamed).toEqual([])
  })

  it('is read in ten minutes', () => {
    // Three hundred words a minute.
    expect(page.split(/\s+/).length).toBeLessThanOrEqual(3_000)
  })
})

function foldersOf(path: string): readonly string[] {
  const parts = path.split('/')
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join('/'))
}

/** Paths of a tree that is drawn by indentation; several of one line are separated by commas. */
function mapOf(tree: string): readonly string[] {
  const open: { readonly indent: number; readonly path: string }[] = []
  return tree.split('\n').flatMap((line) => {
    const [, spaces, names] = /^( *)(\S+(?:, \S+)*)(?: {2,}| *$)/.exec(line) ?? []
    if (spaces === undefined || names === undefined) return []
    while ((open.at(-1)?.indent ?? -1) >= spaces.length) open.pop()
    const parent = open.at(-1)?.path
    const paths = names
      .split(', ')
      .map((name) => [parent, name.replace(/\/$/, '')].filter(Boolean).join('/'))
    open.push({ indent: spaces.length, path: paths[0] ?? '' })
    return paths
  })
}
