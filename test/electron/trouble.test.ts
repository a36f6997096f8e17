import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { acquireOwnership } from '../../main/hosts/owner-lock.ts'
import { openVaultSecrets } from '../../main/hosts/vault-secrets.ts'
import { launchDesktopApp, until, type DesktopApp } from '../support/electron-stand-in/launch.ts'
import { installPageClient } from './install-page-client.ts'

describe('trouble at the start of the desktop app (built bundle on the stand-in)', () => {
  let dataDir: string
  const apps: DesktopApp[] = []
  const launch = async (options: Parameters<typeof launchDesktopApp>[0] = {}) => {
    const app = await launchDesktopApp({ dataDir, ...options })
    apps.push(app)
    return app
  }

  const client = async (app: DesktopApp) => {
    const page = await app.page()
    await installPageClient(page)
    await page.evaluate(() => marshalTest.connect())
    return page
  }

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'marshal-desktop-'))
  })
  afterEach(async () => {
    await Promise.all(apps.splice(0).map((app) => app.stop()))
    await rm(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
  })

  const damage = () =>
    writeFile(join(dataDir, 'marshal.db'), 'only its name is that of a database '.repeat(300))

  it('puts a damaged database aside, works with the newest backup, and says so', async () => {
    const first = await launch({ blankPage: true })
    await (await client(first)).evaluate(() => marshalTest.client.settings.backup())
    await first.do('quit')
    await first.exited()
    await damage()
    const app = await launch()
    const [dialog] = await until('the message', async () => {
      const { dialogs } = await app.state()
      return dialogs.length > 0 && dialogs
    })
    expect(dialog?.message).toBe('The database was damaged and has been put aside')
    expect(dialog?.detail).toMatch(/newest backup now: .*\n\nThe damaged file is kept: /)
  })

  it('leaves a damaged database alone when there is no backup, and ends with 4', async () => {
    await damage()
    const app = await launch({ waitForWindow: false })
    expect(await app.exited()).toBe(4)
    expect(app.output()).toContain('[dialog] Marshal cannot start: The database ')
    expect(await acquireOwnership(dataDir, 'edge')).toHaveProperty('release')
  })

  it('says when the passphrase does not open the vault, ends with 2 and lets the folder go', async () => {
    const first = await launch({ blankPage: true })
    await first.do('quit')
    await first.exited()
    await (await openVaultSecrets(dataDir, 'right')).set('timing', 'apiKey', 'x')
    const app = await launch({ env: { MARSHAL_PASSPHRASE: 'wrong' }, waitForWindow: false })
    expect(await app.exited()).toBe(2)
    expect(app.output()).toContain('[dialog] Marshal cannot start: The passphrase does not open')
    await launch({ env: { MARSHAL_PASSPHRASE: 'right' } })
  })

  it('starts without a keychain, and says so when a secret is to be kept', async () => {
    const app = await launch({ blankPage: true })
    const refused = await (
      await client(app)
    ).evaluate(async () => {
      const { client } = marshalTest
      await client.targets.add({
        config: {
          name: 'timing',
          adapter: 'tagserver',
          url: 'http://127.0.0.1:9',
          auth: 'api-key',
        },
      })
      return client.targets.secret({ name: 'timing', key: 'apiKey', value: 'x' }).then(
        () => 'stored',
        (error: { code: string; data: unknown }) => [error.code, error.data],
      )
    })
    expect(refused).toEqual([
      'PROBLEM',
      {
        code: 'no-keychain',
        message: expect.stringContaining('The system keychain cannot be used'),
        fix: expect.stringContaining('MARSHAL_PASSPHRASE'),
      },
    ])
  })

  it('says when the data folder cannot be made, and ends with 2', async () => {
    await writeFile(join(dataDir, 'file'), '')
    const app = await launch({ dataDir: join(dataDir, 'file', 'below'), waitForWindow: false })
    expect(await app.exited()).toBe(2)
    expect(app.output()).toMatch(/cannot start/)
  })
})
