/** Promise 4 in full: ten thousand lost answers, no duplicate. `npm run soak:cuts`; takes minutes. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const child = spawn(
  process.execPath,
  [vitest, 'run', '--project', 'flows', 'test/flows/promises/promise-4-lost-answers.test.ts'],
  { cwd: root, stdio: 'inherit', env: { ...process.env, MARSHAL_CUTS: '10000' } },
)
child.once('exit', (code) => (process.exitCode = code ?? 1))
