import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { looks, startWindowSite, type WindowSite } from '../support/window.ts'
import { startList } from './start-list.ts'

let site: WindowSite
let restarts = 0
beforeAll(async () => {
  site = await startWindowSite({ restart: () => void (restarts += 1) })
})
afterAll(() => site.close())

describe('The readiness page', () => {
  it('says what to begin with while there is nothing to be ready for', async () => {
    const window = await site.open({ at: '/readiness' })
    await window.page.getByRole('heading', { name: 'Nothing to check yet' }).waitFor()
    await window.page.getByRole('link', { name: 'Open a start list' }).waitFor()
    expect(await window.page.getByTitle('Readiness for race day').count()).toBe(0)
    await window.close()
  })

  it('says in the header and line by line what is missing, and leads to where it is done', async () => {
    await site.importEntrants(startList)
    const window = await site.open()
    const { page } = window
    await page.getByTitle('Readiness for race day').click()
    await page.getByRole('heading', { level: 2, name: 'Not ready yet' }).waitFor()
    const backup = page.getByRole('row', { name: /Backup.*There is no backup/ })
    await backup.getByText('Not ready', { exact: true }).waitFor()
    await backup.getByRole('link', { name: 'Open Settings' }).click()
    await page.getByRole('button', { name: 'Back up now' }).click()
    await page.getByRole('button', { name: /^Look at marshal-by-hand-/ }).waitFor()
    await page.keyboard.press('Control+7')
    await page.getByRole('row', { name: /No backup was tried out yet/ }).waitFor()
    expect(window.complaints).toEqual([])
    await window.close()
  })
})

describe('A backup in the settings', () => {
  it('is tried out, says what would be missing, and takes the place of the data when a person agrees', async () => {
    await site.engine.client.records.set({ entity: 'tag', fields: { number: 'T-late' } })
    const window = await site.open({ at: '/settings' })
    const { page } = window
    await page
      .getByRole('button', { name: /^Look at marshal-by-hand-/ })
      .first()
      .click()
    const dialog = page.getByRole('dialog', { name: 'Restore this backup?' })
    await dialog.getByText('Changes since then: 1.').waitFor()
    await dialog.getByText(/Targets, settings and decisions .* are not counted/).waitFor()
    await window.picture('settings-restore')
    expect(await window.axe()).toEqual([])
    const restore = dialog.getByRole('button', { name: 'Restore and start again' })
    expect(await restore.isDisabled()).toBe(true)
    await dialog.getByLabel('I know that what is not in the backup will be missing').check()
    await restore.click()
    await dialog.getByText('Marshal starts again with this backup').waitFor()
    await expect.poll(() => restarts).toBe(1)
    // A service comes back in the same window, and says what it started with.
    await site.startAgain()
    await dialog.waitFor({ state: 'detached' })
    await page
      .getByText(/The backup marshal-by-hand-.* took the place of the data/)
      .first()
      .waitFor()
    await window.close()
  })
})

describe.each([...looks, { theme: 'light', language: 'en', size: [400, 800] } as const])(
  'The readiness page in $theme, $language, $size',
  (look) => {
    it('is accessible', async () => {
      const window = await site.open({ ...look, at: '/readiness' })
      await window.page.getByRole('region').getByRole('row').nth(8).waitFor()
      await window.picture(`readiness-${look.theme}-${look.language}-${look.size?.[0]}`)
      expect(await window.axe()).toEqual([])
      expect(window.complaints).toEqual([])
      await window.close()
    })
  },
)
