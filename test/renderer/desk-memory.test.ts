import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWindowSite, type WindowSite } from '../support/window.ts'
import { startList } from './start-list.ts'

let site: WindowSite
beforeAll(async () => {
  site = await startWindowSite()
  await site.importEntrants(startList)
  await site.importEntrants(
    'bib,first_name,last_name,race,start_group\n12,Zoe,Winter,Night run,Wave A',
    'Autumn Night Run',
  )
})
afterAll(() => site.close())

describe('What the desk remembers', () => {
  it('the event chosen on this computer, whose entrants alone are found', async () => {
    const window = await site.open()
    const { page } = window
    const event = page.getByRole('combobox', { name: 'Event' })
    const search = page.getByRole('combobox', { name: 'Find an entrant' })
    await search.and(page.locator(':focus')).waitFor()
    for (const [name, found] of [
      ['Autumn Night Run', 'Zoe Winter'],
      ['Spring Classic', 'Ana Schmidt'],
    ] as const) {
      await event.press('ArrowDown')
      await page.getByRole('option', { name }).click()
      await search.fill('12')
      await page.getByRole('option', { name: found }).waitFor()
      expect(
        await page.getByRole('option', { name: /12/ }).filter({ hasText: '120' }).count(),
      ).toBe(name === 'Spring Classic' ? 1 : 0)
    }
    await page.reload()
    await page.getByText('0 of 5 checked in').waitFor()
    expect(window.complaints).toEqual([])
    await window.close()
  })

  it('a half-typed walk-up, across closing, other pages and a reload', async () => {
    const window = await site.open()
    const { page } = window
    await page.getByRole('combobox', { name: 'Find an entrant' }).waitFor()
    await page.keyboard.press('F8')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('First name').fill('Mia')
    await dialog.getByLabel('E-mail').fill('mia@example.org')
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    await window.go('/sync')
    await page.getByRole('heading', { level: 1, name: 'Sync' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { level: 1, name: 'Sync' }).waitFor()
    await window.go('/desk')
    await page.getByRole('combobox', { name: 'Find an entrant' }).waitFor()
    await page.keyboard.press('F8')
    await expect.poll(() => dialog.getByLabel('First name').inputValue()).toBe('Mia')
    expect(await dialog.getByLabel('E-mail').inputValue()).toBe('mia@example.org')
    await dialog.getByLabel('First name').and(page.locator(':focus')).waitFor()
    await page.keyboard.press('Enter')
    await dialog.getByText('Please fill this in.').waitFor()
    await window.close()
  })

  it('what was searched and who was in front, after another page', async () => {
    const window = await site.open()
    const { page } = window
    const search = page.getByRole('combobox', { name: 'Find an entrant' })
    await search.fill('demir')
    await page.getByRole('option', { name: 'Çelik Demir' }).click()
    await page.getByRole('article', { name: 'Çelik Demir' }).waitFor()
    await window.go('/activity')
    await page.getByRole('heading', { level: 1, name: 'Activity' }).waitFor()
    await window.go('/desk')
    await page.getByRole('article', { name: 'Çelik Demir' }).waitFor()
    expect(await search.inputValue()).toBe('demir')
    await window.close()
  })

  it('who was looked at last, when the search box is empty', async () => {
    const window = await site.open()
    const { page } = window
    const search = page.getByRole('combobox', { name: 'Find an entrant' })
    await search.fill('mull')
    await page.getByRole('option', { name: 'Bo Müller' }).click()
    await search.fill('')
    await page.getByRole('heading', { name: 'Recently opened' }).waitFor()
    await page.getByRole('option', { name: 'Bo Müller' }).waitFor()
    await window.close()
  })

  it('clears a first name and takes that back', async () => {
    const window = await site.open()
    const { page } = window
    const { desk } = site.engine.client
    await page.getByRole('combobox', { name: 'Find an entrant' }).fill('demir')
    await page.getByRole('option', { name: 'Çelik Demir' }).click()
    await page.getByText('Correct personal details').click()
    await page.getByRole('textbox', { name: 'First name' }).fill('')
    await page.keyboard.press('Enter')
    const messages = page.getByRole('region', { name: 'Messages' })
    await messages.getByText('Saved: Demir (120)').waitFor()
    await messages.getByRole('button', { name: 'Undo' }).click()
    await messages.getByText('Undone').waitFor()
    const { rows } = await desk.search({ eventId: null, query: 'demir' })
    expect(rows[0]?.firstName).toBe('Çelik')
    await window.close()
  })
})
