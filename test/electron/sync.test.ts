import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { trayIcons } from '../../main/hosts/electron/tray-icons.ts'
import { launchDesktopApp, until, type DesktopApp } from '../support/electron-stand-in/launch.ts'
import { startKeyringSession, type KeyringSession } from '../support/keyring-session.ts'
import { standInKey, startTagServer, type TagServerStandIn } from '../targets/tagserver/stand-in.ts'
import { installPageClient } from './install-page-client.ts'

describe('syncing from the desktop app (built bundle on the stand-in, real keychain)', () => {
  let keyring: KeyringSession
  let timing: TagServerStandIn
  let app: DesktopApp
  let page: Page

  beforeEach(async () => {
    keyring = await startKeyringSession()
    timing = await startTagServer()
    app = await launchDesktopApp({ blankPage: true, env: keyring.env })
    page = await app.page()
    await installPageClient(page)
    await page.evaluate(() => marshalTest.connect())
  })
  afterEach(async () => {
    await app.stop()
    await timing.stop()
    await keyring.stop()
  })

  const addTiming = () =>
    page.evaluate(
      ({ url, apiKey }) =>
        marshalTest.client.targets.add({
          config: {
            name: 'timing',
            adapter: 'tagserver',
            url,
            auth: 'api-key',
            secrets: { apiKey },
            entities: ['person', 'tag'],
          },
        }),
      { url: timing.url, apiKey: standInKey },
    )
  const addTag = (number: string) =>
    page.evaluate(
      (wanted) => marshalTest.client.records.set({ entity: 'tag', fields: { number: wanted } }),
      number,
    )
  const trayWord = async () => (await app.state()).tray?.menu[0]?.label
  const trayShows = (word: string) => until(word, async () => (await trayWord()) === word)

  it('keeps the key in the keychain and shows in the tray what is going on', async () => {
    expect(await page.evaluate(() => marshalTest.client.settings.about())).toMatchObject({
      secrets: 'keychain',
    })
    await addTiming()
    await addTag('101')
    await app.do('clickTray', 'Sync now')
    await trayShows('Up to date')
    expect(await timing.counts()).toMatchObject({ tags: 1 })
    expect((await app.state()).tray).toMatchObject({
      toolTip: 'Marshal: Up to date',
      image: trayIcons['up-to-date'],
    })

    await timing.unplug()
    await addTag('102')
    await app.do('clickTray', 'Sync now')
    await trayShows('Waiting for network (1 pending)')
    expect((await app.state()).notifications).toEqual([])

    await timing.plug()
    await app.do('power', 'resume')
    await trayShows('Up to date')
    expect(await timing.counts()).toMatchObject({ tags: 2 })
    expect((await app.state()).notifications).toEqual([])
  })

  it('speaks up when something needs a person, and when it is settled', async () => {
    await addTiming()
    await timing.fault({
      match: { method: 'POST', path: '/api/tags' },
      action: { kind: 'answer', status: 422, body: { title: 'not today' } },
    })
    await addTag('555')
    await app.do('clickTray', 'Sync now')
    await trayShows('Needs attention (1)')
    await until('the notification', async () => (await app.state()).notifications.length > 0)
    expect((await app.state()).notifications).toEqual([
      { title: 'Marshal needs attention', body: 'One record could not be synced.' },
    ])
    await app.do('closeWindow')
    await app.do('clickNotification', 0)
    expect((await app.state()).windows[0]).toMatchObject({ visible: true, focused: true })

    await timing.clearFaults()
    await page.evaluate(() => marshalTest.client.failures.retry({}))
    await trayShows('Up to date')
    const { notifications } = await app.state()
    expect(notifications.at(-1)?.title).toBe('Marshal is up to date again')
  })

  it('takes up its work again after kill -9', async () => {
    await addTiming()
    await addTag('101')
    await timing.hold({ times: 1, match: { method: 'POST' } })
    await app.do('clickTray', 'Sync now')
    await timing.held()
    app.process.kill('SIGKILL')
    await app.exited()
    await timing.release()
    const first = app
    app = await launchDesktopApp({ env: keyring.env, dataDir: first.dataDir })
    await trayShows('Up to date')
    expect(await timing.counts()).toMatchObject({ tags: 1 })
    await app.do('quit')
    await app.exited()
    await first.stop()
  })
})
