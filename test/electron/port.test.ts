import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchDesktopApp, until, type DesktopApp } from '../support/electron-stand-in/launch.ts'
import { readLog } from './read-log.ts'
import { installPageClient } from './install-page-client.ts'

describe("the window's line to the engine (built bundle on the stand-in)", () => {
  let app: DesktopApp
  let page: Page

  async function connected(): Promise<Page> {
    const fresh = await app.page()
    await installPageClient(fresh)
    await fresh.evaluate(() => marshalTest.connect())
    return fresh
  }

  const refusals = async () =>
    (await readLog(app.dataDir)).flatMap(({ msg, problem }) =>
      /got none/.test(msg) ? [problem] : [],
    )

  beforeAll(async () => {
    app = await launchDesktopApp({
      blankPage: true,
      env: { MARSHAL_STAND_IN_PRELOAD_EVERYWHERE: '1' },
    })
  })
  afterAll(() => app.stop())
  beforeEach(async () => {
    // A new document for each test.
    await (await app.page()).goto('http://marshal.app.localhost/')
    page = await connected()
  })

  it('carries a request and its answer', async () => {
    const about = await page.evaluate(() => marshalTest.client.settings.about())
    expect(about).toMatchObject({ dataFolder: app.dataDir, host: 'desktop' })
  })

  it('carries many requests at once, each answer to its question', async () => {
    const texts = await page.evaluate(async () => {
      const asked = Array.from({ length: 50 }, async (_, index) => {
        const { pausedAll } = await marshalTest.client.settings.get()
        return `${index} ${pausedAll}`
      })
      return Promise.all(asked)
    })
    expect(texts).toEqual(Array.from({ length: 50 }, (_, index) => `${index} false`))
  })

  it('carries live events', async () => {
    await page.evaluate(() => marshalTest.follow())
    await until('the first status', () => page.evaluate(() => marshalTest.events.length > 0))
    const before = await page.evaluate(() => marshalTest.events.length)
    await page.evaluate(() => marshalTest.client.sync.pauseAll({ paused: true }))
    await until('news of the pause', () =>
      page.evaluate((count) => marshalTest.events.length > count, before),
    )
    expect(await page.evaluate(() => marshalTest.events[0])).toMatchObject({ type: 'status' })
  })

  it('answers a wrong request with an error, and goes on', async () => {
    const error = await page.evaluate(() =>
      marshalTest.client.sync.pauseAll({ paused: 'yes' as never }).then(
        () => 'accepted',
        (cause: { code: string }) => cause.code,
      ),
    )
    expect(error).toBe('BAD_REQUEST')
    expect(await page.evaluate(() => marshalTest.client.settings.about())).toHaveProperty('version')
  })

  it('survives rubbish', async () => {
    await page.evaluate(() => {
      for (const rubbish of ['', 'rubbish', '{}', '[]', 'null', '{"i":1}', '{"i":{},"p":7}']) {
        marshalTest.port.postMessage(rubbish)
      }
      marshalTest.port.postMessage(new Uint8Array([1, 2, 3]).buffer)
    })
    await page.evaluate(() => marshalTest.connect())
    expect(await page.evaluate(() => marshalTest.client.settings.about())).toHaveProperty('version')
  })

  it('refuses a message that is too large, and goes on', async () => {
    const refusal = await page.evaluate(() =>
      marshalTest.client.imports.append({ id: 'x', text: 'x'.repeat(4_000_001) }).then(
        () => 'accepted',
        (cause: { code: string; message: string }) => [cause.code, cause.message],
      ),
    )
    expect(refusal).toEqual(['PAYLOAD_TOO_LARGE', expect.stringContaining('larger than 4000000')])
    expect(await page.evaluate(() => marshalTest.client.settings.about())).toHaveProperty('version')
  })

  it('is a new one after a reload', async () => {
    await page.reload()
    page = await connected()
    expect(await page.evaluate(() => marshalTest.client.settings.about())).toHaveProperty('version')
  })

  it('is only one at a time: an older one stays silent', async () => {
    const answered = await page.evaluate(async () => {
      const older = marshalTest.client
      await marshalTest.connect()
      const late = older.settings.about().then(() => 'older')
      return Promise.race([late, marshalTest.client.settings.about().then(() => 'newer')])
    })
    expect(answered).toBe('newer')
  })

  it('is refused to a frame inside the page', async () => {
    const before = (await refusals()).length
    await page.evaluate(() => document.body.append(document.createElement('iframe')))
    await until('the refusal', async () => (await refusals()).length > before)
    expect(new Set((await refusals()).slice(before))).toEqual(new Set(['sub-frame']))
  })

  it('is refused to a page of another origin, however it got there', async () => {
    const before = (await refusals()).length
    await app.do('goAnyway', 'http://other.test/')
    await until('the refusal', async () => (await refusals()).length > before)
    expect((await refusals()).slice(before)).toEqual(['other-origin'])
  })
})
