import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest'
import type { Page } from 'playwright-core'
import { launchDesktopApp, until, type DesktopApp } from '../support/electron-stand-in/launch.ts'
import { installPageClient } from './install-page-client.ts'

let app: DesktopApp
let page: Page
beforeEach(async () => {
  app = await launchDesktopApp({ blankPage: true })
  page = await app.page()
  await installPageClient(page)
  await page.evaluate(() => marshalTest.connect())
})
afterEach(() => app.stop())

const set = (enabled: boolean, port: number) =>
  page.evaluate((webhooks) => marshalTest.client.settings.set({ webhooks }), { enabled, port })

/** What the receiver answers, null where nobody listens. */
const answerAt = (port: number) =>
  fetch(`http://127.0.0.1:${port}/hooks/nobody`, { method: 'POST', body: '{}' }).then(
    ({ status }) => status,
    () => null,
  )

async function holdPort() {
  const holder = createServer().listen(0)
  await once(holder, 'listening')
  onTestFinished(() => void holder.close())
  return { holder, port: (holder.address() as AddressInfo).port }
}

it('the desktop app listens for webhooks while the setting says so', async () => {
  const { holder, port } = await holdPort()
  holder.close()
  await once(holder, 'close')
  expect(await answerAt(port)).toBeNull()
  await set(true, port)
  await until('a listener', async () => (await answerAt(port)) === 404)
  await set(false, port)
  await until('no listener', async () => (await answerAt(port)) === null)
})

it('the desktop app says that the port for webhooks is taken, and goes on', async () => {
  const { holder, port } = await holdPort()
  await set(true, port)
  await until('a notice', async () =>
    (await app.state()).notifications.some(({ body }) => body.includes(String(port))),
  )
  holder.close()
  await once(holder, 'close')
  await set(false, port)
  await set(true, port)
  await until('a listener', async () => (await answerAt(port)) === 404)
})
