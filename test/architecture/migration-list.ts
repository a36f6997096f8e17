/** A bundle cannot read a folder, so main/engine/db/migrations/index.ts lists its files. */
import { basename } from 'node:path'
import { importsOf } from './imports.ts'
import type { Breach, SourceFile } from './source-tree.ts'

const folder = 'main/engine/db/migrations/'

/** Badly named migrations, equal numbers, and any difference between the list and the folder. */
export function checkMigrations(files: readonly SourceFile[]): readonly Breach[] {
  const inFolder = files.filter(({ path }) => path.startsWith(folder) && path.endsWith('.ts'))
  const list = inFolder.find(({ path }) => path === `${folder}index.ts`)
  const steps = inFolder.filter((file) => file !== list).map(({ path }) => path)
  if (!list) return steps.length > 0 ? [breach(folder, 'index.ts with the list is missing')] : []
  const listed = importsOf(list)
    .map(({ target }) => target)
    .filter((target) => target.startsWith(folder))
  const numbers = steps.map((path) => basename(path).slice(0, 4))
  return [
    ...steps
      .filter((path) => !/^\d{4}-[a-z0-9]+(-[a-z0-9]+)*\.ts$/.test(basename(path)))
      .map((path) => breach(path, 'a migration is named like 0010-what-it-does.ts')),
    ...steps
      .filter((_, index) => numbers.indexOf(numbers[index] ?? '') !== index)
      .map((path) => breach(path, 'two migrations have the same number')),
    ...steps
      .filter((path) => !listed.includes(path))
      .map((path) => breach(path, `is missing in ${folder}index.ts`)),
    ...listed
      .filter((path) => !steps.includes(path))
      .map((path) => breach(list.path, `lists ${path}, which does not exist`)),
    ...listed
      .filter((path, index) => index > 0 && path < (listed[index - 1] ?? ''))
      .map((path) => breach(list.path, `lists ${path} out of order`)),
  ]
}

function breach(path: string, message: string): Breach {
  return { path, line: 1, message }
}
