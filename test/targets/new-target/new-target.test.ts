/** `npm run new:target` in a copy of this project: what it writes is a target that is green. */
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'

// A test run of its own, with stand-ins in processes of theirs: ten seconds on two idle processors.
vi.setConfig({ testTimeout: 180_000 })

const root = join(import.meta.dirname, '../../..')
/** Whoever tests the copy must not be told that it is part of this run. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')),
)

let copy: string
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'marshal-new-target-'))
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    const isSource = ['main', 'renderer', 'test', 'docs', 'scripts'].includes(entry.name)
    if (entry.isFile() || isSource) {
      cpSync(join(root, entry.name), join(copy, entry.name), { recursive: true })
    }
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction')
  // What belongs to the project is what git says.
  execFileSync('git', ['init', '--quiet'], { cwd: copy })
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

const runIn = (...args: readonly string[]) =>
  spawnSync(process.execPath, args, { cwd: copy, env, encoding: 'utf8' })

it('is kept, at the wire and through the engine, by what the rules of the registry, the pages and the words want', () => {
  const made = runIn('scripts/new-target/new-target.ts', 'race-result', '--kind', 'timing')
  expect(made).toMatchObject({ status: 0, stdout: expect.stringContaining('Next:') as unknown })

  const files = [
    'test/targets/race-result/conformance.test.ts',
    'test/targets/race-result/units/mapping.test.ts',
    'test/stand-ins/open-stand-in.test.ts',
    'test/targets/registry.test.ts',
    'test/architecture/docs.test.ts',
  ]
  const { stdout, stderr } = runIn(
    ...['node_modules/vitest/vitest.mjs', 'run', '--project', 'adapters', '--project', 'unit'],
    ...['--reporter=default', '--reporter=json', '--outputFile.json=result.json'],
    ...[
      '-t',
      'race-result|the stand-ins|has a page for each|from the README|says an entry',
      ...files,
    ],
  )
  const result = JSON.parse(readFileSync(join(copy, 'result.json'), 'utf8')) as {
    readonly numFailedTests: number
    readonly testResults: readonly {
      readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
    }[]
  }
  const passed = result.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .flatMap(({ fullName, status }) => (status === 'passed' ? [fullName] : []))
  expect(result.numFailedTests, stdout + stderr).toBe(0)
  for (const rule of [
    'race-result keeps the adapter contract through the engine',
    'race-result keeps the adapter contract sending',
    'says an entry with the names of its person',
    'race-result is empty, or has the same invented people',
    'race-result fits the contract',
    'words for all of race-result',
    'race-result.md names each field that travels',
  ]) {
    expect(
      passed.filter((name) => name.includes(rule)),
      rule,
    ).not.toEqual([])
  }
  expect(passed.length).toBeGreaterThan(60)
})

it('is not made twice', () => {
  const before = readFileSync(join(copy, 'main/engine/targets/registry.ts'), 'utf8')
  expect(runIn('scripts/new-target/new-target.ts', 'tagserver')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/is taken[\s\S]*Nothing was changed/) as unknown,
  })
  expect(readFileSync(join(copy, 'main/engine/targets/registry.ts'), 'utf8')).toBe(before)
})
