import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { looks, startWindowSite, type WindowSite } from '../support/window.ts'
import { startList } from './start-list.ts'

let site: WindowSite
beforeAll(async () => {
  site = await startWindowSite()
  await site.importEntrants(startList)
  const { records } = await site.engine.client.records.list({ entity: 'person', query: 'Demir' })
  await site.engine.client.records.set({
    entity: 'person',
    id: records[0]!.id,
    fields: { city: 'Ankara' },
  })
})
afterAll(() => site.close())

describe('The activity page', () => {
  it('tells who changed what, and where the change came from, and leads to the record', async () => {
    const window = await site.open({ at: '/activity' })
    const { page } = window
    const newest = page.getByRole('row', { name: /Çelik Demir/ }).first()
    await newest.getByText('by hand').waitFor()
    expect(await newest.textContent()).toMatch(/Changed.*City.*Istanbul.*Ankara.*Desk 1/s)
    await page.getByText('import of list.csv').first().waitFor()
    await newest.getByRole('link', { name: 'Çelik Demir' }).click()
    await page.getByRole('complementary', { name: 'Çelik Demir' }).waitFor()
    expect(window.complaints).toEqual([])
    await window.close()
  })

  it('is narrowed to a kind of data, goes back page by page, and shows new changes by itself', async () => {
    const lines = Array.from({ length: 70 }, (_, at) => `T-${at}`)
    for (const number of lines)
      await site.engine.client.records.set({ entity: 'tag', fields: { number } })
    const window = await site.open({ at: '/activity?entity=tag' })
    const { page } = window
    await page.getByText('1–50', { exact: true }).waitFor()
    await page.getByRole('link', { name: 'T-69' }).waitFor()
    await page.getByRole('button', { name: 'Older changes' }).click()
    await page.getByRole('link', { name: 'T-0007' }).waitFor()
    await page.getByRole('button', { name: 'Newer changes' }).click()
    await page.getByRole('link', { name: 'T-69' }).waitFor()
    await site.engine.client.records.set({ entity: 'tag', fields: { number: 'T-new' } })
    await page.getByRole('link', { name: 'T-new' }).waitFor()
    await page.getByRole('tab', { name: 'Runs' }).click()
    await page.getByRole('region', { name: /runs/i }).waitFor()
    await window.close()
  })
})

describe('A change in the history', () => {
  it('is found by its words and who made it, and is taken back with one button', async () => {
    const window = await site.open({ at: '/activity' })
    const { page } = window
    await page.getByRole('textbox', { name: 'Search in values' }).fill('ankara')
    await page.keyboard.press('Enter')
    const row = page.getByRole('row', { name: /Çelik Demir/ })
    await expect.poll(() => row.count()).toBe(1)
    await page.getByRole('button', { name: 'Undo this change of Çelik Demir' }).click()
    await expect.poll(() => row.count()).toBe(2)
    expect(await row.first().textContent()).toMatch(/City.*Ankara.*Istanbul/s)
    await page.getByRole('textbox', { name: 'Search in values' }).fill('nowhere at all')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'No change fits' }).waitFor()
    await page.getByRole('button', { name: 'Show everything' }).click()
    await page.getByRole('link', { name: 'T-new' }).waitFor()
    expect(window.complaints).toEqual([])
    await window.close()
  })
})

describe.each(looks)('The activity page in $theme, $language, $size', (look) => {
  it('is accessible', async () => {
    const window = await site.open({ ...look, at: '/activity' })
    await window.page.getByRole('link', { name: 'T-new' }).waitFor()
    await window.picture(`activity-${look.theme}-${look.language}`)
    expect(await window.axe()).toEqual([])
    expect(window.complaints).toEqual([])
    await window.close()
  })
})
