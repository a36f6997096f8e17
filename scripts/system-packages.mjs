// What Marshal needs from the system, and how to get it on Debian.
import { existsSync, readdirSync } from 'node:fs'
import { machineEnvironment, onPath, run, say } from './run.mjs'

/** To compile sqlite3 and keytar, once. */
const toInstall = [
  { name: 'build-essential', present: () => onPath('g++') && onPath('make') },
  { name: 'python3', present: () => onPath('python3') },
  { name: 'libsecret-1-dev', present: () => existsSync('/usr/include/libsecret-1') },
]

/** For the tests: a real keychain, a real browser, a display. */
const toTest = [
  { name: 'dbus', present: () => onPath('dbus-run-session') },
  { name: 'gnome-keyring', present: () => onPath('gnome-keyring-daemon') },
  { name: 'chromium', present: () => onPath('chromium') },
  { name: 'xvfb', present: () => onPath('Xvfb') },
  { name: 'xauth', present: () => onPath('xauth') },
  { name: 'fonts-dejavu-core', present: hasFonts },
]

/** Spares the tests half of the browser's time, and not every release has it: they do without as well. */
const toTestSooner = [
  {
    name: 'chromium-headless-shell',
    present: () => existsSync('/usr/lib/chromium/chromium-headless-shell'),
  },
]

function hasFonts() {
  const folder = '/usr/share/fonts/truetype'
  return existsSync(folder) && readdirSync(folder).length > 0
}

/**
 * Installs (Debian, as root) or names what is missing. `purposes` holds 'install' and/or 'test'.
 * Answers false when Marshal cannot be installed without it; missing test programs only earn a warning.
 */
export async function ensureSystemPackages(purposes) {
  if (process.platform !== 'linux') return true
  const missing = (list) => list.filter(({ present }) => !present()).map(({ name }) => name)
  const needed = purposes.includes('install') ? missing(toInstall) : []
  const wanted = purposes.includes('test') ? missing(toTest) : []
  const all = [...needed, ...wanted]
  const sooner = purposes.includes('test') ? missing(toTestSooner) : []
  const installer = process.getuid?.() === 0 && onPath('apt-get')
  if (all.length === 0 && !(installer && sooner.length > 0)) return true

  if (installer) {
    say(`installing system packages: ${[...all, ...sooner].join(' ')}`)
    const env = machineEnvironment({ DEBIAN_FRONTEND: 'noninteractive' })
    const options = ['install', '--yes', '--no-install-recommends', '--quiet=2']
    const install = async (names) =>
      names.length === 0 || (await run('apt-get', [...options, ...names], { env })) === 0
    if ((await run('apt-get', ['update', '--quiet=2'], { env })) !== 0)
      say('apt-get update failed; trying with the package lists that are here')
    const installed = await install(all)
    // On their own: a package that this release does not have would keep all the others out.
    if (!(await install(sooner))) say(`the tests take longer without ${sooner.join(' ')}`)
    if (installed) return true
    say('apt-get could not install them (see above)')
  }
  const line = onPath('apt-get')
    ? `sudo apt-get update && sudo apt-get install --yes ${all.join(' ')}`
    : `install with your system's package manager what Debian calls: ${all.join(' ')}`
  if (needed.length > 0) {
    say(
      `Marshal cannot be installed without these system packages. Run this, then try again:\n\n  ${line}\n`,
    )
    return false
  }
  say(`some tests need system packages that are missing. To have them run:\n\n  ${line}\n`)
  return true
}
