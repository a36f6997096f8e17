// `npm test`: the same set-up as `npm start`, then everything the continuous integration runs.
// `npm test -- lint unit` runs only these steps, `npm test -- unit test/import/dates.test.ts` only this file of that project.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildWhenNeeded } from './build.mjs'
import { cloneEnvironment, onPath, packagedNode, root, run, since } from './run.mjs'
import { setUp } from './setup.mjs'
import { readResults } from './test-results.mjs'

const minute = 60_000
/** A project that runs longer hangs. The longest, the window, takes 15 minutes on two processors. */
const longest = 40 * minute
const checks = [
  ['format', 'prettier', ['--check', '--log-level', 'warn', '.']],
  ['lint', 'oxlint', ['--type-aware', '--deny-warnings', '.']],
  ['types', 'vue-tsc', ['--build']],
]
const projects = ['unit', 'flows', 'crash', 'simulation', 'adapters', 'hosts', 'window']
/** These run what was built, so it is built anew for them. */
const meetBuilt = ['crash', 'hosts', 'window']
/** These meet the real keychain, so they run inside a session that has one. */
const inKeychainSession = ['hosts', 'window']

/** The tests start hundreds of processes from the same sources: Node reads and compiles each source once. */
const compiled = join(root, 'node_modules', '.cache', 'compiled')

const isFile = (name) => name.includes('/')
const files = process.argv.slice(2).filter(isFile)
const named = process.argv.slice(2).filter((name) => !isFile(name))
const unknown = named.filter(
  (name) => ![...checks.map(([check]) => check), 'build', ...projects].includes(name),
)
const wanted = (name) =>
  named.length === 0 ||
  named.includes(name) ||
  (name === 'build' && named.some((project) => meetBuilt.includes(project)))

const started = performance.now()
const total = { passed: 0, failed: 0, skipped: 0 }
const remarks = { failures: [], secondChances: [], skips: [] }
const broken = []
let interrupted = false
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => (interrupted = true))

/** Runs one step under a header and notes it when it fails. */
async function step(name, work) {
  if (interrupted || !wanted(name)) return true
  const start = performance.now()
  console.log(`\n=== ${name} ===`)
  const ok = await work()
  console.log(`=== ${name}: ${ok ? 'ok' : 'FAILED'} (${since(start)}) ===`)
  if (!ok) broken.push(name)
  return ok
}

async function runProject(project, folder) {
  const report = join(folder, `${project}.json`)
  const vitest = [
    ...[packagedNode, join('node_modules', 'vitest', 'vitest.mjs'), 'run', '--project', project],
    ...[
      '--passWithNoTests',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    ...files,
  ]
  const home = join(folder, `${project}-home`)
  const [command, ...args] = inKeychainSession.includes(project) ? withDesktop(vitest) : vitest
  const env = cloneEnvironment({
    NODE_COMPILE_CACHE: compiled,
    ...(inKeychainSession.includes(project) ? desktopFolders(home) : {}),
  })
  const code = await run(command, args, { env, timeout: longest, family: true })
  const results = readResults(project, report, code)
  for (const key of Object.keys(total)) total[key] += results[key]
  for (const key of Object.keys(remarks)) remarks[key].push(...results[key])
  return code === 0
}

/** Prints lines under a title, and nothing without lines. */
function list(title, lines) {
  if (lines.length > 0) console.log(`\n${title}:\n${lines.map((line) => `  ${line}`).join('\n')}`)
}

/** Wraps a command in a D-Bus session with an unlocked keychain, and in a display, where they exist. */
function withDesktop(command) {
  const inner =
    onPath('dbus-run-session') && onPath('gnome-keyring-daemon')
      ? ['dbus-run-session', '--', 'sh', '-c', unlockKeychain, 'sh', ...command]
      : command
  const display = !process.env.DISPLAY && onPath('xvfb-run') && onPath('xauth')
  return display ? ['xvfb-run', '--auto-servernum', ...inner] : inner
}

const unlockKeychain =
  'printf marshal | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; exec "$@"'

/** Folders of its own, so that the session's keychain is new and nobody's real one is touched. */
function desktopFolders(home) {
  const folders = {
    HOME: home,
    XDG_DATA_HOME: join(home, 'data'),
    XDG_RUNTIME_DIR: join(home, 'run'),
  }
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true, mode: 0o700 })
  return folders
}

const absent = files.filter((file) => !existsSync(join(root, file)))
if (absent.length > 0) unknown.push(...absent)
if (unknown.length > 0) {
  console.error(`unknown step or file: ${unknown.join(', ')}`)
  process.exit(2)
}
if (files.length > 0 && !named.some((name) => projects.includes(name))) {
  console.error(`name the project of the files, one of ${projects.join(', ')}`)
  process.exit(2)
}

if (await setUp({ tests: true })) {
  const folder = mkdtempSync(join(tmpdir(), 'marshal-test-'))
  for (const [name, command, args] of checks)
    if (!(await step(name, async () => (await run(command, args)) === 0))) total.failed += 1
  if (!(await step('build', buildWhenNeeded))) total.failed += 1
  for (const project of projects) await step(project, () => runProject(project, folder))
  rmSync(folder, { recursive: true, force: true })
} else total.failed += 1

list('Skipped', remarks.skips)
list('PASSED ONLY AT THE SECOND ATTEMPT', remarks.secondChances)
list('FAILED', remarks.failures)
if (interrupted) console.log('\nInterrupted.')
if (broken.length > 0) console.log(`\nFailed steps: ${broken.join(', ')}`)
console.log(`\nAll of it took ${since(started)}.`)
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed > 0 || interrupted ? 1 : 0
