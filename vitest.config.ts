import { defineConfig } from 'vitest/config'
import type { TestProjectInlineConfiguration } from 'vitest/config'

const minute = 60_000

const within = (folder: string) => `${folder}/**/*.test.ts`

/**
 * Tests that are projects of their own; everything else in test/ is a unit test. An adapter's folder holds tests that
 * start its stand-in; what starts nothing is in `units/` below it.
 */
const slowTests = {
  flows: [within('test/flows')],
  crash: [within('test/crash')],
  simulation: [within('test/simulation')],
  adapters: ['test/targets/*/*.test.ts', within('test/stand-ins')],
  hosts: [within('test/hosts'), within('test/electron')],
  window: [within('test/renderer')],
}

/**
 * Real processes and a real browser. They wait for them most of the time, so a third worker finds two processors idle;
 * and the machine is shared, so each has a second chance, and the runner lists who needed it.
 */
const live = ['hosts', 'window']

function project(
  name: string,
  include: readonly string[],
  exclude: readonly string[],
  timeout: number,
): TestProjectInlineConfiguration {
  return {
    extends: true,
    test: {
      name,
      include: [...include],
      exclude: [...exclude],
      testTimeout: timeout,
      hookTimeout: timeout,
      maxWorkers: live.includes(name) ? 3 : 2,
      retry: live.includes(name) ? 1 : 0,
    },
  }
}

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    environment: 'node',
    // Real processes, databases and sockets: a leaked one must not keep the run alive for ever.
    teardownTimeout: 10_000,
    // A condition that is met at once is met at once; a busy machine only makes it wait.
    expect: { poll: { timeout: 10_000 } },
    projects: [
      project('unit', ['test/**/*.test.ts'], Object.values(slowTests).flat(), minute / 4),
      ...Object.entries(slowTests).map(([name, files]) => project(name, files, [], minute)),
    ],
  },
})
