/** What the workflow for GitHub calls has to exist: it cannot be tried here. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectFiles } from './source-tree.ts'

const root = join(import.meta.dirname, '../..')
const steps = readFileSync(join(root, 'scripts/test.mjs'), 'utf8')
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>
}

/** The command of each `run:`; one line each, which the test keeps so. */
function commandsOf(workflow: string): readonly string[] {
  return [...workflow.matchAll(/^\s+(?:- )?run: (.*)$/gm)].map(([, command]) => command ?? '')
}

/** What a command calls that does not exist; null where all is well. */
function missingIn(command: string): string | null {
  if (/^[|>]/.test(command)) return 'a command of several lines, which is not read here'
  for (const one of command.split(' && ')) {
    const [program = '', ...args] = one.trim().split(/\s+/)
    if (program === 'sudo') continue
    if (program === 'node') {
      if (!existsSync(join(root, args[0] ?? ''))) return `there is no ${args[0]}`
      continue
    }
    if (program !== 'npm') return `"${program}" is no program of this project`
    const [name = '', ...rest] = args[0] === 'run' ? args.slice(1) : args
    if (!Object.hasOwn(scripts, name)) return `package.json has no script "${name}"`
    for (const arg of rest.filter((word) => word !== '--')) {
      const known = arg.includes('/') ? existsSync(join(root, arg)) : steps.includes(`'${arg}'`)
      if (!known) return `npm test has no step or file "${arg}"`
    }
  }
  return null
}

const workflows = projectFiles().filter(({ path }) => path.startsWith('.github/workflows/'))

describe('the workflow', () => {
  it('is there', () => expect(workflows.map(({ path }) => path)).not.toEqual([]))

  it.each(workflows.flatMap(({ text }) => commandsOf(text).map((command) => [command])))(
    'calls only what exists: %s',
    (command) => expect(missingIn(command)).toBeNull(),
  )

  it.each([
    'npm run no-such-script',
    'npm test -- nothing',
    'npm test -- unit test/none.test.ts',
    'node scripts/none.mjs',
    'yarn',
    '|',
  ])('may not call %s', (command) => expect(missingIn(command)).not.toBeNull())
})
