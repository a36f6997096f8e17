import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { launchDesktopApp, type DesktopApp } from '../support/electron-stand-in/launch.ts'

let app: DesktopApp
let page: Page
beforeAll(async () => {
  app = await launchDesktopApp()
  page = await app.page()
})
afterAll(() => app.stop())

describe('The window of the desktop app', () => {
  it('talks to the engine over the port it is handed, without signing in', async () => {
    await page.getByRole('heading', { name: 'Welcome. What do you have?' }).waitFor()
    expect(await page.getByText('Sign in to Marshal').count()).toBe(0)
    await page.getByRole('link', { name: 'No targets yet' }).waitFor()
  })

  it('has its line back after a reload', async () => {
    await page.reload()
    await page.getByRole('heading', { name: 'Welcome. What do you have?' }).waitFor()
    await page.getByRole('link', { name: 'No targets yet' }).waitFor()
  })

  it('goes on over a newer line, and does not ask again and again', async () => {
    await page.evaluate(() => {
      let lines = 0
      addEventListener('message', ({ ports }) => {
        document.body.dataset['lines'] = String((lines += ports.length))
      })
      postMessage('marshal:connect', '*')
    })
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByRole('textbox', { name: 'Name of this computer' }).waitFor()
    await page.getByText("Marshal's engine does not answer.").waitFor({ state: 'hidden' })
    await page.getByRole('link', { name: 'Data' }).click()
    await page.getByRole('heading', { level: 1, name: 'Data' }).waitFor()
    expect(await page.evaluate(() => document.body.dataset['lines'])).toBe('1')
  })

  it('receives webhooks when it is told to, at a port somebody chooses', async () => {
    await page.getByRole('link', { name: 'Settings' }).click()
    const port = page.getByRole('textbox', { name: 'Port' })
    await port.fill('80')
    await page.getByText('Choose a port from 1024 to 65535.').waitFor()
    await port.fill('47810')
    await page.keyboard.press('Enter')
    await page.getByText('Saved', { exact: true }).first().waitFor()
    await page.getByLabel('Receive webhooks').check()
    await page.getByText('None of your targets can call.').waitFor()
    await page.reload()
    await expect.poll(() => port.inputValue()).toBe('47810')
    await expect.poll(() => page.getByLabel('Receive webhooks').isChecked()).toBe(true)
  })

  it('keeps who works here for the computer, and says so when it cannot', async () => {
    await page.getByRole('link', { name: 'Desk' }).click()
    await page.getByRole('button', { name: 'Try it with a demo event' }).click()
    const who = page.getByRole('form', { name: 'Who are you?' })
    const name = who.getByRole('textbox', { name: 'Your name' })
    await name.fill('Eva')
    await name.press('Enter')
    await page.getByRole('button', { name: 'Eva' }).click()
    await name.fill('Tom')
    const file = join(app.dataDir, 'marshal.db')
    await rename(file, `${file}.moved`)
    await name.press('Enter')
    await who.getByRole('alert').waitFor()
    expect(await name.inputValue()).toBe('Tom')
    await rename(`${file}.moved`, file)
    await page.getByRole('button', { name: 'Eva' }).waitFor()
  })
})
