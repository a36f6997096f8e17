// Whether the desktop app can open here: a display, and an Electron binary that starts.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cloneEnvironment, packagedNode, root, run, say } from './run.mjs'

const packageFolder = join(root, 'node_modules', 'electron')
const triedInVain = join(root, 'node_modules', '.cache', 'marshal', 'no-electron')
const day = 24 * 60 * 60 * 1000

function thisMachine() {
  return {
    platform: process.platform,
    env: process.env,
    isRoot: process.getuid?.() === 0,
  }
}

/** The Electron binary to start, or why the window opens in a browser instead. */
export async function findElectron({ platform, env, isRoot } = thisMachine()) {
  if (platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY)
    return { reason: 'this machine has no display' }
  if (platform === 'linux' && isRoot)
    return { reason: 'Electron keeps its sandbox, and that does not run as root' }
  const own = env.ELECTRON_OVERRIDE_DIST_PATH
  const path = binary(own) ?? (own ? undefined : await download())
  if (!path) return { reason: 'the Electron binary is not here and could not be downloaded' }
  const check = spawnSync(path, ['--version'], { timeout: 15_000, encoding: 'utf8' })
  if (check.status !== 0)
    return {
      reason: `${path} does not start: ${check.stderr?.trim().split('\n').at(-1) || check.error?.message}`,
    }
  return { path }
}

/** @param own a folder of somebody's own Electron, in place of the package's */
function binary(own) {
  const name = existsSync(join(packageFolder, 'path.txt'))
    ? readFileSync(join(packageFolder, 'path.txt'), 'utf8')
    : 'electron'
  const path = join(own ?? join(packageFolder, 'dist'), name)
  return existsSync(path) ? path : undefined
}

/** Electron's package comes without its binary; its own script fetches it and compares the checksum. */
async function download() {
  if (existsSync(triedInVain) && Date.now() - statSync(triedInVain).mtimeMs < day) return undefined
  say('downloading the Electron binary')
  const env = cloneEnvironment()
  const code = await run(packagedNode, [join(packageFolder, 'install.js')], {
    env,
    timeout: 10 * 60_000,
  })
  if (code === 0) {
    rmSync(triedInVain, { force: true })
    return binary()
  }
  mkdirSync(join(triedInVain, '..'), { recursive: true })
  writeFileSync(triedInVain, '')
  return undefined
}
