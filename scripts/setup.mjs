// Makes a fresh clone ready: system packages, node modules. Quick when there is nothing to do.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { machineEnvironment, packagedNode, root, run, say, since, windows } from './run.mjs'
import { ensureSystemPackages } from './system-packages.mjs'

const modules = join(root, 'node_modules')
const cache = join(modules, '.cache', 'marshal')
const marker = join(cache, 'installed')
const compiled = [
  packagedNode,
  join(modules, 'sqlite3', 'build', 'Release', 'node_sqlite3.node'),
  join(modules, 'keytar', 'build', 'Release', 'keytar.node'),
]

/**
 * Brings the clone up to date with package-lock.json. `tests` also asks for what only tests need.
 * Answers whether Marshal can be built and run.
 */
export async function setUp({ tests = false } = {}) {
  const install = !modulesAreCurrent()
  const purposes = [...(install ? ['install'] : []), ...(tests ? ['test'] : [])]
  if (!(await ensureSystemPackages(purposes))) return false
  return install ? installModules() : true
}

function lockFingerprint() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
}

function modulesAreCurrent() {
  if (!compiled.every((path) => existsSync(path))) return false
  if (existsSync(marker)) return readFileSync(marker, 'utf8') === lockFingerprint()
  // Installed by hand: npm writes this file last, so a newer one means a finished installation.
  const byNpm = join(modules, '.package-lock.json')
  if (!existsSync(byNpm)) return false
  if (statSync(byNpm).mtimeMs < statSync(join(root, 'package-lock.json')).mtimeMs) return false
  remember()
  return true
}

function remember() {
  mkdirSync(cache, { recursive: true })
  writeFileSync(marker, lockFingerprint())
}

async function installModules() {
  const start = performance.now()
  say(
    'installing the node modules (about two minutes the first time: sqlite3 and keytar are compiled)',
  )
  const progress = setInterval(() => say(`still installing, ${since(start)}`), 20_000)
  // Most warnings are "unsupported engine": npm looks at the machine's Node, Marshal runs on its own.
  // `ci` installs what the lock file says, checked by its hashes, or nothing.
  const args = ['ci', '--loglevel=error', '--no-audit', '--no-fund']
  const code = await run('npm', args, { env: machineEnvironment(), shell: windows })
  clearInterval(progress)
  const missing = compiled.filter((path) => !existsSync(path))
  if (code !== 0 || missing.length > 0) {
    const what =
      code !== 0 ? `npm ci ended with ${code}` : `npm did not build ${missing.join(', ')}`
    say(
      `${what}. See above for the reason; "npm ci" in this folder tries again with all its messages.`,
    )
    return false
  }
  remember()
  say(`node modules are ready (${since(start)})`)
  return true
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.exitCode = (await setUp({ tests: process.argv.includes('--tests') })) ? 0 : 1
