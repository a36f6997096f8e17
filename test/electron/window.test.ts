import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { launchDesktopApp, until, type DesktopApp } from '../support/electron-stand-in/launch.ts'

describe('the desktop window (built bundle on the stand-in)', () => {
  let app: DesktopApp
  afterEach(() => app.stop())

  const theWindow = async () => {
    const [window] = (await app.state()).windows
    if (window === undefined) throw new Error('no window')
    return window
  }

  it('opens with the page and everything a page could misuse switched off', async () => {
    app = await launchDesktopApp()
    const { sandboxed, schemes, windows, consoleErrors } = await app.state()
    expect(sandboxed).toBe(true)
    expect(schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ])
    expect(windows).toHaveLength(1)
    expect(windows[0]).toMatchObject({
      url: expect.stringMatching(/^app:\/\/marshal\//),
      visible: true,
    })
    expect(windows[0]?.options).toMatchObject({
      minWidth: 1024,
      minHeight: 640,
      show: false,
      backgroundColor: expect.stringMatching(/^#[0-9a-f]{6}$/),
      title: 'Marshal',
    })
    expect(windows[0]?.options['webPreferences']).toEqual({
      preload: expect.stringMatching(/preload[\\/]index\.cjs$/),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      spellcheck: false,
      devTools: true,
    })
    const page = await app.page()
    expect(await page.title()).toContain('Marshal')
    expect(await page.evaluate('[typeof require, typeof process, typeof electron]')).toEqual([
      'undefined',
      'undefined',
      'undefined',
    ])
    expect(consoleErrors).toEqual([])
  })

  it('reaches the engine over its line', async () => {
    app = await launchDesktopApp()
    const page = await app.page()
    await page.goto('http://marshal.app.localhost/#/settings')
    await page.getByText(app.dataDir, { exact: true }).waitFor()
    await page.getByText('desktop app').waitFor()
    expect((await app.state()).consoleErrors).toEqual([])
  })

  it('opens where it was, never smaller than it can be used', async () => {
    app = await launchDesktopApp()
    await app.do('resizeWindow', 300, 900)
    expect((await theWindow()).bounds).toMatchObject({ width: 1024, height: 900 })
    await app.do('quit')
    expect(await app.exited()).toBe(0)
    const first = app
    app = await launchDesktopApp({ dataDir: first.dataDir })
    expect((await theWindow()).bounds).toMatchObject({ width: 1024, height: 900 })
    await app.stop()
    await first.stop()
  })

  it('goes on in the tray when it is closed, and says so once', async () => {
    app = await launchDesktopApp()
    await app.do('closeWindow')
    await app.do('clickTrayIcon')
    expect(await theWindow()).toMatchObject({ visible: true, focused: true })
    await app.do('closeWindow')
    const { windows, notifications } = await app.state()
    expect(windows[0]?.visible).toBe(false)
    expect(notifications).toEqual([
      { title: 'Marshal', body: expect.stringContaining('keeps syncing') },
    ])
    expect(app.process.exitCode).toBeNull()
  })

  it('quits when it is closed, if the person wants it so', async () => {
    app = await launchDesktopApp()
    await app.do('clickTray', 'Keep syncing when the window is closed')
    const settings = join(app.dataDir, 'window', 'desktop.json')
    await until('the setting', async () =>
      (await readFile(settings, 'utf8')).includes('"keepRunning":false'),
    )
    await app.do('closeWindow')
    expect(await app.exited()).toBe(0)
  })

  it('comes back by itself when its process dies', async () => {
    app = await launchDesktopApp()
    const before = await app.page()
    await app.do('crashPage')
    await until('the end of the old page', async () => before.isClosed())
    const after = await until('the new page', () => app.page())
    expect(await after.title()).toContain('Marshal')
    const { notifications } = await app.state()
    expect(notifications.map(({ title }) => title)).toEqual(['The Marshal window was reloaded'])
  })

  it('asks instead of reloading for ever', async () => {
    app = await launchDesktopApp()
    for (let crash = 1; crash <= 4; crash += 1) {
      const page = await app.page()
      await app.do('crashPage')
      await until('the end of the page', async () => page.isClosed())
      await until('a reaction', async () => {
        const { notifications, dialogs } = await app.state()
        return notifications.length + dialogs.length === crash
      })
    }
    const { notifications, dialogs } = await app.state()
    expect(notifications).toHaveLength(3)
    expect(dialogs).toEqual([
      {
        message: 'The Marshal window keeps failing',
        detail: expect.stringContaining('Syncing goes on'),
      },
    ])
  })

  it('speaks German on a German computer', async () => {
    app = await launchDesktopApp({ env: { MARSHAL_STAND_IN_LOCALE: 'de-DE' } })
    const { tray } = await app.state()
    expect(tray?.menu.map(({ label }) => label)).toContain('Jetzt synchronisieren')
  })
})
