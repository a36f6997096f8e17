/** The files of this project as the architecture rules see them: tracked or about to be. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One text file; `path` is relative to the project, with forward slashes. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** A broken rule, said so that the reader knows what to do. `line` counts from 1. */
export interface Breach {
  readonly path: string
  readonly line: number
  readonly message: string
}

const root = join(import.meta.dirname, '../..')
const textFile = /\.(ts|mts|cts|js|mjs|cjs|vue|css|html|json|md|yml|yaml|sh)$|(^|\/)(run|\.[a-z]+)$/

let cached: readonly SourceFile[] | undefined

/** Every text file git tracks or would track (nothing that .gitignore names). */
export function projectFiles(): readonly SourceFile[] {
  cached ??= execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\0')
    .filter((path) => textFile.test(path) && existsSync(join(root, path)))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
  return cached
}

/** The files that hold program code: TypeScript and Vue. */
export function codeFiles(files: readonly SourceFile[] = projectFiles()): readonly SourceFile[] {
  return files.filter(({ path }) => /\.(ts|vue)$/.test(path) && !path.endsWith('.d.ts'))
}

/** All breaches as one text, one per line, for a test's failure message; '' when there are none. */
export function listed(breaches: readonly Breach[]): string {
  return breaches.map(({ path, line, message }) => `${path}:${line}  ${message}`).join('\n')
}

/** Line of a character offset, from 1. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}
