import { defineConfig } from 'vitest/config'
import type { TestProjectInlineConfiguration } from 'vitest/config'

const minute = 60_000

/** Folders of test/ that are projects of their own; everything else there is a unit test. */
const slowFolders = {
  flows: ['test/flows'],
  crash: ['test/crash'],
  simulation: ['test/simulation'],
  adapters: ['test/adapters'],
  hosts: ['test/hosts', 'test/electron'],
  window: ['test/renderer'],
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

const tests = (folder: string) => `${folder}/**/*.test.ts`
const slow = Object.values(slowFolders).flat().map(tests)

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
      project('unit', ['test/**/*.test.ts'], slow, minute / 4),
      ...Object.entries(slowFolders).map(([name, folders]) =>
        project(name, folders.map(tests), [], minute),
      ),
    ],
  },
})
