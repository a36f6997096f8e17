import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const run = promisify(execFile)
const script = pathToFileURL(join(import.meta.dirname, '../../scripts/electron.mjs')).href

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'marshal-start-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** What `npm start` would open on such a machine. */
async function choiceOn(machine: Readonly<Record<string, unknown>>): Promise<unknown> {
  const code = `const { findElectron } = await import(${JSON.stringify(script)})
    console.log(JSON.stringify(await findElectron(${JSON.stringify(machine)})))`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code])
  return JSON.parse(stdout) as unknown
}

/** A folder with an "Electron" that does this. */
async function electronThat(does: string): Promise<string> {
  const own = await mkdtemp(join(folder, 'electron-'))
  await writeFile(join(own, 'electron'), `#!/bin/sh\n${does}\n`, { mode: 0o755 })
  return own
}

const linux = { platform: 'linux', isRoot: false }

describe.skipIf(process.platform === 'win32')('npm start', () => {
  it('opens the desktop app where there is a display and an Electron that starts', async () => {
    const own = await electronThat('echo v45.0.0')
    for (const display of [{ DISPLAY: ':0' }, { WAYLAND_DISPLAY: 'wayland-0' }]) {
      const env = { ...display, ELECTRON_OVERRIDE_DIST_PATH: own }
      expect(await choiceOn({ ...linux, env })).toEqual({ path: join(own, 'electron') })
    }
  })

  it('opens in the browser elsewhere, and says why', async () => {
    const broken = await electronThat('echo "libgtk-3.so.0: cannot open" >&2; exit 127')
    const display = { DISPLAY: ':0' }
    for (const [machine, reason] of [
      [{ ...linux, env: {} }, 'this machine has no display'],
      [{ ...linux, isRoot: true, env: display }, 'does not run as root'],
      [{ ...linux, env: { ...display, ELECTRON_OVERRIDE_DIST_PATH: folder } }, 'is not here'],
      [
        { ...linux, env: { ...display, ELECTRON_OVERRIDE_DIST_PATH: broken } },
        'does not start: libgtk-3.so.0: cannot open',
      ],
    ] as const) {
      expect(await choiceOn(machine)).toEqual({ reason: expect.stringContaining(reason) })
    }
  })
})
