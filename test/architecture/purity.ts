/** What says it is pure imports only what is: then no clock, database or network can hide behind it. */
import { layerOf } from './import-table.ts'
import { importsOf, type Import } from './imports.ts'
import { lineAt, type Breach, type SourceFile } from './source-tree.ts'

/** Where effects are, whatever a file there imports. */
const effects: readonly string[] = ['db', 'store', 'core', 'services', 'engine', 'hosts']

/** Packages and parts of Node that only compute. */
const computing =
  /^(zod|croner|fastest-levenshtein|libphonenumber-js|json-logic-engine|i18n-iso-countries|iconv-lite|@e965\/xlsx|node:crypto|node:util)(\/|$)/

/** Files that say "Pure" and reach, themselves or through others, for what has effects. */
export function checkPurity(files: readonly SourceFile[]): readonly Breach[] {
  const own = new Map(files.map((file) => [file.path, file]))
  const known = new Map<string, boolean>()
  const isPure = (path: string): boolean => {
    const found =
      known.get(path) ?? (!effects.includes(layerOf(path)?.name ?? '') && onlyPure(path))
    known.set(path, found)
    return found
  }
  const onlyPure = (path: string) => {
    const file = own.get(path)
    return file ? importsOf(file).every(isHarmless) : true
  }
  const isHarmless = ({ target, relative, typeOnly }: Import) =>
    typeOnly || (relative ? isPure(target) : computing.test(target))
  return files.flatMap((file) => {
    const said = file.path.startsWith('main/engine/') ? saysPure(file.text) : null
    if (said === null) return []
    const harmful = importsOf(file).filter((one) => !isHarmless(one))
    const message = (target: string) =>
      `says on line ${said} that it is pure, and reaches for ${target}: decide in decide/, do beside it`
    return harmful.map(({ target, line }) => ({ path: file.path, line, message: message(target) }))
  })
}

/** The line of a comment that says so. */
function saysPure(text: string): number | null {
  const found = /(?:\/\*\*?|^\s*\*|\/\/)[^\n]*\bPure\b[.:;]/m.exec(text)
  return found ? lineAt(text, found.index + found[0].length - 1) : null
}
