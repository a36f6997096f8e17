import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { desktopEntryAutostart } from '../../main/hosts/desktop-entry.ts'
import { programOf } from '../../main/hosts/electron/program.ts'

async function autostart(program = '/opt/Marshal/marshal') {
  const home = await mkdtemp(join(tmpdir(), 'marshal-autostart-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  const folder = join(home, 'autostart')
  return {
    folder,
    file: join(folder, 'marshal.desktop'),
    ...desktopEntryAutostart({ folder, program }),
  }
}

describe('starting with the computer on Linux', () => {
  it('is a desktop entry that comes and goes', async () => {
    const { folder, file, isOn, set } = await autostart()
    expect(await isOn()).toBe(false)
    await set(false)
    await set(true)
    expect(await isOn()).toBe(true)
    expect(await readFile(file, 'utf8')).toContain('\nExec="/opt/Marshal/marshal"\n')
    expect(await readdir(folder)).toEqual(['marshal.desktop'])
    await set(false)
    expect(await isOn()).toBe(false)
  })

  it('is off where the desktop has switched the entry off', async () => {
    const { file, isOn, set } = await autostart()
    await set(true)
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace('enabled=true', 'enabled=false'))
    expect(await isOn()).toBe(false)
  })

  it('starts a program whose path has blanks and signs in it', async () => {
    const { file, set } = await autostart('/data/ana/My $Apps/100% Marshal.AppImage')
    await set(true)
    expect(await readFile(file, 'utf8')).toContain(
      'Exec="/data/ana/My \\\\$Apps/100%% Marshal.AppImage"',
    )
  })
})

describe('the program a person started', () => {
  const linux = { env: {}, execPath: '/tmp/.mount_Mx/marshal', argv: ['x', '--data', '/d'] }
  it.each([
    ['an AppImage by its file, which outlives its folder', { APPIMAGE: '/o/M.AppImage' }, 'linux'],
    ['another by itself', {}, 'linux'],
    ['nothing of Linux elsewhere', { APPIMAGE: '/o/M.AppImage' }, 'darwin'],
  ] as const)('is %s, with what it was given', (_, env, platform) => {
    const execPath = platform === 'linux' && 'APPIMAGE' in env ? env.APPIMAGE : linux.execPath
    expect(programOf({ ...linux, env, platform })).toEqual({ execPath, args: ['--data', '/d'] })
  })
})
