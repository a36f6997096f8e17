import { expect, it } from 'vitest'
import { checkEngineGlobals } from './engine-globals.ts'
import { codeFiles, listed } from './source-tree.ts'

const inEngine = (text: string) => checkEngineGlobals([{ path: 'main/engine/a.ts', text }])

it('the engine asks its host for time, randomness, network, environment and log', () => {
  expect(listed(checkEngineGlobals(codeFiles()))).toBe('')
})

it.each([
  'const now = Date.now()',
  'const now = new Date()',
  'const now = performance.now()',
  'const id = Math.random()',
  'const id = crypto.randomUUID()',
  'setTimeout(retry, 10)',
  'globalThis.setInterval(retry, 10)',
  "await fetch('https://example.org')",
  'const http = { fetch }',
  'const level = process.env.LEVEL',
  "console.log('hello')",
  "const level = process['env']",
  'const { env } = process',
  'setImmediate(retry)',
  'const now = Date()',
  'crypto.getRandomValues(bytes)',
  "import { setTimeout as wait } from 'node:timers/promises'",
  "import { randomUUID } from 'node:crypto'",
  "import { randomBytes, createHash } from 'node:crypto'",
  "import * as crypto from 'node:crypto'",
  "import { env } from 'node:process'",
  "import { hostname } from 'node:os'",
  "import { performance as watch } from 'node:perf_hooks'",
])('refuses: %s', (text) => {
  expect(inEngine(text)).toHaveLength(1)
})

it.each([
  'const then = new Date(clock.now())',
  'ports.http.fetch(request)',
  'interface Http { fetch(request: Request): Promise<Response> }',
  'const http = { fetch: ports.http.send }',
  'clock.setTimeout(retry, 10)',
  "import { setImmediate as nextTurn } from 'node:timers/promises'",
  "import { hash } from 'node:crypto'",
  "if (process.platform === 'win32') return",
])('accepts: %s', (text) => {
  expect(inEngine(text)).toEqual([])
})

it('names the line and the port', () => {
  expect(inEngine('\n\nconst id = Math.random()')).toEqual([
    {
      path: 'main/engine/a.ts',
      line: 3,
      message: 'Math.random: use the Ids port (main/engine/ports.ts)',
    },
  ])
})
