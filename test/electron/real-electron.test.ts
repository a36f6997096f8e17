import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installPageClient } from './install-page-client.ts'

const folder = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? ''
const names: Partial<Record<NodeJS.Platform, string>> = {
  win32: 'electron.exe',
  darwin: 'Electron.app/Contents/MacOS/Electron',
}
const binary = join(folder, names[process.platform] ?? 'electron')
const present = folder !== '' && existsSync(binary)
const project = join(import.meta.dirname, '../..')

if (!present) {
  console.warn(
    'SKIPPED: nothing was tried in real Electron, because there is no binary. The other tests of this folder ran the ' +
      'built app on a stand-in, which is not Electron. Unpack an Electron 45 and set ELECTRON_OVERRIDE_DIST_PATH to its folder.',
  )
}

describe.skipIf(!present)('the desktop app in real Electron', () => {
  let dataDir: string
  let app: ElectronApplication
  let page: Page

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'marshal-electron-'))
    // With this variable Electron is Node and refuses the switches Playwright needs.
    const { ELECTRON_RUN_AS_NODE: _asNode, ...env } = process.env
    const asRoot = process.getuid?.() === 0
    app = await _electron.launch({
      executablePath: binary,
      args: [...(asRoot ? ['--no-sandbox'] : []), project, '--data', dataDir],
      env: env as Record<string, string>,
    })
    page = await app.firstWindow()
    await page.waitForLoadState('load')
  })
  afterAll(async () => {
    await app?.close()
    await rm(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
  })

  it('shows its page at its own address, without Node', async () => {
    expect(page.url()).toMatch(/^app:\/\/marshal\//)
    expect(await page.title()).toContain('Marshal')
    const seen = await page.evaluate('[typeof require, typeof process, window.isSecureContext]')
    expect(seen).toEqual(['undefined', 'undefined', true])
  })

  it('runs with the preferences the stand-in tests check', async () => {
    const preferences = await app.evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows()
      return (
        window!.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> }
      ).getLastWebPreferences()
    })
    expect(preferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    })
  })

  it('answers over the message port', async () => {
    await installPageClient(page)
    await page.evaluate(() => marshalTest.connect())
    const about = await page.evaluate(() => marshalTest.client.settings.about())
    expect(about).toMatchObject({ dataFolder: dataDir, host: 'desktop' })
    await page.evaluate(() => marshalTest.follow())
    await expect.poll(() => page.evaluate(() => marshalTest.events.length)).toBeGreaterThan(0)
  })

  it('refuses paths outside of the window, and everything elsewhere', async () => {
    const statuses = await page.evaluate(() =>
      Promise.all(
        ['/..%2f..%2fpackage.json', '/%252e%252e/package.json', '/assets/missing.js'].map(
          async (path) => (await fetch(`app://marshal${path}`)).status,
        ),
      ),
    )
    expect(statuses).toEqual([400, 400, 404])
    const address = page.url()
    await page.evaluate(() => void window.open('https://evil.example/'))
    await page.evaluate(() => {
      location.href = 'https://evil.example/'
    })
    expect(app.windows()).toHaveLength(1)
    expect(await page.evaluate('location.href')).toBe(address)
    const permission = await page.evaluate(() => Notification.requestPermission())
    expect(permission).toBe('denied')
  })

  it('leaves in order', async () => {
    const child = app.process()
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
    await app.evaluate(({ app: electronApp }) => electronApp.quit())
    expect(await ended).toBe(0)
  })
})
