import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWindowSite, type WindowSite } from '../support/window.ts'
import { startList } from './start-list.ts'

let site: WindowSite
beforeAll(async () => {
  site = await startWindowSite()
  await site.importEntrants(startList)
})
afterAll(() => site.close())

describe('The frame around every page', () => {
  it('opens pages with Ctrl and a number, and moves the focus to their heading', async () => {
    const window = await site.open()
    const { page } = window
    await page.getByRole('combobox').and(page.locator(':focus')).waitFor()
    await page.keyboard.press('Control+2')
    await page
      .getByRole('heading', { level: 1, name: 'Sync' })
      .and(page.locator(':focus'))
      .waitFor()
    await page.keyboard.press('Control+9')
    await page
      .getByRole('heading', { level: 1, name: 'Settings' })
      .and(page.locator(':focus'))
      .waitFor()
    await expect.poll(() => page.title()).toBe('Settings · Marshal')
    await page.keyboard.press('Control+1')
    await page.getByRole('combobox').and(page.locator(':focus')).waitFor()
    expect(window.complaints).toEqual([])
    await window.close()
  })

  it('skips the navigation with the first Tab', async () => {
    const window = await site.open({ at: '/settings' })
    const { page } = window
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
    await page.evaluate(() => {
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
      document.body.focus()
    })
    await page.getByRole('button', { name: 'Skip to content' }).focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN')
    await window.close()
  })

  it('lists the shortcuts of the page that is open, and only those', async () => {
    const window = await site.open()
    const { page } = window
    await page.getByRole('combobox').first().waitFor()
    await page.keyboard.press('F1')
    await page.getByRole('dialog').getByText('Assign a tag').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await window.go('/activity')
    await page.getByRole('heading', { level: 1, name: 'Activity' }).waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog').getByText('Sync now').waitFor()
    expect(await page.getByRole('dialog').getByText('Assign a tag').count()).toBe(0)
    await window.close()
  })

  it('says what is missing when Sync now is pressed without a target', async () => {
    const window = await site.open()
    const { page } = window
    await page.getByRole('combobox').first().waitFor()
    await page.getByRole('link', { name: 'No targets yet' }).waitFor()
    await page.keyboard.press('Control+s')
    const messages = page.getByRole('region', { name: 'Messages' })
    await messages.getByText('There is no target to sync with yet.').waitFor()
    await messages.getByRole('button', { name: 'Connect a target' }).click()
    await page.getByRole('heading', { level: 1, name: 'Connect a target' }).waitFor()
    await window.close()
  })

  it('has a page for addresses that do not exist', async () => {
    const window = await site.open({ at: '/nowhere' })
    await window.page.getByRole('heading', { name: 'There is no such page' }).waitFor()
    expect(await window.axe()).toEqual([])
    await window.page.getByRole('link', { name: 'Go to the Desk' }).click()
    await window.page.getByRole('combobox').first().waitFor()
    await window.close()
  })

  it('follows the saved language and theme', async () => {
    const window = await site.open()
    const { page } = window
    await page.getByRole('combobox').first().waitFor()
    await site.engine.client.settings.set({ language: 'de', theme: 'dark' })
    await page.reload()
    await page.getByRole('heading', { level: 1, name: 'Schalter' }).waitFor()
    await page.locator('html[lang=de]').waitFor({ state: 'attached' })
    await page.locator('.v-theme--dark').first().waitFor()
    await site.engine.client.settings.set({ language: 'fr', theme: 'contrast-dark' })
    await page.reload()
    await page.getByRole('heading', { level: 1, name: 'Guichet' }).waitFor()
    await page.locator('.v-theme--contrast-dark').first().waitFor()
    await window.picture('desk-contrast-dark-fr')
    expect(await window.axe()).toEqual([])
    await site.engine.client.settings.set({ language: 'system', theme: 'system' })
    await window.close()
  })

  it('brings its own font, whose figures are of one width where numbers stand', async () => {
    const window = await site.open()
    const { page } = window
    await page.getByRole('combobox').first().waitFor()
    const widths = await page.evaluate(async () => {
      await document.fonts.ready
      const measured = ['111111', '888888'].map((text) => {
        const span = document.body.appendChild(document.createElement('span'))
        span.className = 'm-number'
        span.textContent = text
        return span.getBoundingClientRect().width
      })
      return { measured, loaded: [...document.fonts].some(({ status }) => status === 'loaded') }
    })
    expect(widths.loaded).toBe(true)
    expect(widths.measured[0]).toBe(widths.measured[1])
    await window.close()
  })
})

describe('Signing in', () => {
  it('takes the token out of the address', async () => {
    const window = await site.open()
    await expect.poll(() => window.page.url()).not.toContain('token')
    await window.close()
  })

  it('asks for a link without a session, and refuses a wrong one in plain words', async () => {
    const window = await site.open({ signedIn: false })
    const { page } = window
    await page.getByRole('heading', { name: 'Sign in to Marshal' }).waitFor()
    expect(await window.axe()).toEqual([])
    await window.picture('sign-in')
    await page.getByLabel('Link or token').fill(`${site.url}/#token=wrong`)
    await page.keyboard.press('Enter')
    await page.getByText('This token was not accepted.').first().waitFor()
    await page.getByLabel('Link or token').fill(`${site.url}/#token=${site.newToken()}`)
    await page.keyboard.press('Enter')
    await page.getByRole('navigation').waitFor()
    await page.getByRole('combobox').first().waitFor()
    await window.close()
  })

  it('counts for every tab of this browser, until it is signed out in one of them', async () => {
    const window = await site.open({ at: '/settings' })
    const { page } = window
    const other = await page.context().newPage()
    await other.goto(site.url)
    await other.getByRole('combobox').first().waitFor()
    const row = page.getByRole('listitem').filter({ hasText: 'this browser' })
    await row.getByText(/Chrome/).waitFor()
    // Opening the second tab takes as long as it takes.
    await row.getByText(/Last used: (just now|\d+ sec\. ago)/).waitFor()
    await page.getByRole('button', { name: 'Sign out everywhere' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click()
    // While it fades there are two buttons of that name.
    await page.getByRole('alertdialog').waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: 'Sign out everywhere' }).click()
    const sure = page.getByRole('alertdialog').getByRole('button', { name: 'Sign out everywhere' })
    await sure.click()
    for (const tab of [page, other])
      await tab.getByRole('heading', { name: 'Sign in to Marshal' }).waitFor()
    expect(await site.engine.client.sessions.list()).toEqual([])
    // Signed in again in one, and the other follows.
    await page.getByLabel('Link or token').fill(site.newToken())
    await page.keyboard.press('Enter')
    for (const tab of [page, other]) await tab.getByRole('navigation').waitFor()
    await window.close()
  })

  it('asks again when the session is no longer accepted', async () => {
    const window = await site.open()
    const { page } = window
    await page.getByRole('combobox').first().waitFor()
    await page.evaluate(() => localStorage.setItem('marshal.session', 'expired'))
    await page.reload()
    await page.getByRole('heading', { name: 'Sign in to Marshal' }).waitFor()
    await window.close()
  })
})
