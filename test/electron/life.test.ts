import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { trayIcons } from '../../main/hosts/electron/tray-icons.ts'
import { acquireOwnership } from '../../main/hosts/owner-lock.ts'
import { launchDesktopApp, until, type DesktopApp } from '../support/electron-stand-in/launch.ts'
import { readLog } from './read-log.ts'

describe('the life of the desktop app (built bundle on the stand-in)', () => {
  let dataDir: string
  const apps: DesktopApp[] = []
  const launch = async (options: Parameters<typeof launchDesktopApp>[0] = {}) => {
    const app = await launchDesktopApp({ dataDir, ...options })
    apps.push(app)
    return app
  }

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'marshal-desktop-'))
  })
  afterEach(async () => {
    await Promise.all(apps.splice(0).map((app) => app.stop()))
    await rm(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
  })

  it('brings the first window to the front when it is started a second time', async () => {
    const first = await launch()
    await first.do('minimise')
    const second = await launch({ waitForWindow: false })
    expect(await second.exited()).toBe(0)
    await until('the first window in front', async () => (await first.state()).windows[0]?.focused)
    expect((await first.state()).windows).toHaveLength(1)
    expect(second.output()).toBe('')
  })

  it('says who has the data folder when the marshal command does, and ends with 5', async () => {
    const held = await acquireOwnership(dataDir, 'edge')
    const app = await launch({ waitForWindow: false })
    expect(await app.exited()).toBe(5)
    expect(app.output()).toContain(`in use by the marshal command (process ${process.pid}`)
    if ('release' in held) await held.release()
  })

  it('gives the data folder back when it quits', async () => {
    const app = await launch()
    expect(await acquireOwnership(dataDir, 'edge')).toMatchObject({
      owner: { pid: app.process.pid, host: 'desktop' },
    })
    await app.do('clickTray', 'Quit Marshal')
    expect(await app.exited()).toBe(0)
    expect(await acquireOwnership(dataDir, 'edge')).toHaveProperty('release')
  })

  it.each(['SIGTERM', 'SIGINT'] as const)('leaves in order on %s', async (signal) => {
    const app = await launch()
    app.process.kill(signal)
    expect(await app.exited()).toBe(0)
    await expect(access(join(dataDir, 'marshal.db-wal'))).rejects.toThrow('ENOENT')
    expect(await acquireOwnership(dataDir, 'edge')).toHaveProperty('release')
  })

  it('leaves in order when the computer is shut down', async () => {
    const app = await launch()
    await app.do('power', 'shutdown')
    expect(await app.exited()).toBe(0)
  })

  it('starts again after kill -9', async () => {
    const app = await launch()
    app.process.kill('SIGKILL')
    await app.exited()
    expect((await (await launch()).state()).windows).toHaveLength(1)
  })

  it('writes nothing alarming into its log from start to end', async () => {
    const app = await launch()
    await app.do('quit')
    await app.exited()
    const alarming = (await readLog(dataDir)).filter(({ level }) => level >= 40)
    expect(alarming).toEqual([])
    expect(app.output()).toBe('')
  })
})

describe('the running desktop app (built bundle on the stand-in)', () => {
  let app: DesktopApp
  beforeAll(async () => {
    app = await launchDesktopApp()
  })
  afterAll(() => app.stop())

  it('shows state, counts and actions in the tray', async () => {
    const tray = await until('the first status', async () => {
      const state = await app.state()
      return state.tray?.toolTip === 'Marshal: No targets yet' && state.tray
    })
    expect(tray.image).toBe(trayIcons.unknown)
    expect(tray.menu.map(({ label }) => label)).toEqual([
      'No targets yet',
      'separator',
      'Open Marshal',
      'Sync now',
      'Pause syncing',
      'separator',
      'Keep syncing when the window is closed',
      'Quit Marshal',
    ])
    expect(tray.menu[0]?.enabled).toBe(false)
  })

  it('pauses and resumes everything from the tray', async () => {
    await app.do('clickTray', 'Pause syncing')
    const item = async (label: string) =>
      (await app.state()).tray?.menu.find((one) => one.label === label)
    await until('the other word', () => item('Resume syncing'))
    expect((await item('Sync now'))?.enabled).toBe(false)
    await app.do('clickTray', 'Resume syncing')
    await until('the first word', () => item('Pause syncing'))
    expect((await item('Sync now'))?.enabled).toBe(true)
  })

  it('asks every target again when the computer wakes up or the network is back', async () => {
    const asked = async () =>
      (await readLog(app.dataDir)).flatMap(({ reason }) =>
        typeof reason === 'string' ? [reason] : [],
      )
    const before = (await asked()).length
    const since = async () => (await asked()).slice(before)
    await app.do('power', 'resume')
    await until('the wake', async () => (await since()).includes('resume'))
    await app.do('network', false)
    await until('the network gone', async () => (await app.do('networkSeen')) === false)
    await app.do('network', true)
    await until('the network back', async () => (await since()).includes('online'))
    expect(await since()).toEqual(['resume', 'online'])
  })

  it('has a menu with the accelerators people expect', async () => {
    const { menu } = await app.state()
    const labels = menu.map(({ label }) => label)
    for (const wanted of [
      'Sync now',
      'Quit Marshal',
      'undo',
      'copy',
      'paste',
      'selectAll',
      'zoomIn',
    ]) {
      expect(labels).toContain(wanted)
    }
  })
})
