import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { looks, startWindowSite, type WindowSite } from '../support/window.ts'
import { startList } from './start-list.ts'

let site: WindowSite
beforeAll(async () => {
  site = await startWindowSite()
  await site.importEntrants(startList)
})
afterAll(() => site.close())

describe('The settings page', () => {
  it('applies theme and language at once and keeps them over a reload', async () => {
    const window = await site.open({ at: '/settings' })
    const { page } = window
    await page.getByRole('radio', { name: 'Dark', exact: true }).check()
    await page.locator('.v-theme--dark').first().waitFor()
    await page.getByRole('radio', { name: 'Deutsch' }).check()
    await page.getByRole('heading', { name: 'Einstellungen', level: 1 }).waitFor()
    await page.locator('html[lang=de]').waitFor({ state: 'attached' })
    await page.reload()
    await page.getByRole('heading', { name: 'Aussehen und Sprache' }).waitFor()
    await page.locator('.v-theme--dark').first().waitFor()
    expect(await site.engine.client.settings.get()).toMatchObject({ theme: 'dark', language: 'de' })
    await site.engine.client.settings.set({ theme: 'system', language: 'system' })
    expect(window.complaints).toEqual([])
    await window.close()
  })

  it('names the operator and the computer in the history from then on, and keeps a half-typed name', async () => {
    const window = await site.open({ at: '/settings' })
    const { page } = window
    await page.getByLabel('Operator').fill('Maria')
    await page.reload()
    await expect.poll(() => page.getByLabel('Operator').inputValue()).toBe('Maria')
    await page.getByLabel('Name of this computer').fill('Desk 2')
    await page.getByText('In the history, where a browser gives no name: Maria @ Desk 2').waitFor()
    await page.keyboard.press('Enter')
    await page.getByText('Saved').first().waitFor()
    await site.engine.client.records.set({ entity: 'tag', fields: { number: 'T-1' } })
    const { entries } = await site.engine.client.records.history({ entity: 'tag', limit: 1 })
    expect(entries[0]!.who).toBe('Maria @ Desk 2')
    await window.close()
  })

  it('backs up, lists the backup, says how to restore it, and checks the data', async () => {
    const window = await site.open({ at: '/settings' })
    const { page } = window
    await page.getByRole('button', { name: 'Back up now' }).click()
    await page.getByRole('row', { name: /marshal-by-hand-.*\.db/ }).waitFor()
    const [file] = await readdir(join(site.dataDir, 'backups'))
    const path = join(site.dataDir, 'backups', file!)
    await page.getByText(`marshal restore "${path}" --data "${site.dataDir}"`).waitFor()
    await page.getByRole('button', { name: 'Check now' }).click()
    await page.getByText('Everything fits together.').waitFor()
    await page.getByText(site.dataDir, { exact: true }).waitFor()
    await window.close()
  })

  it('shows what diagnostics hold before they are saved', async () => {
    const window = await site.open({ at: '/settings' })
    const { page } = window
    await page.getByRole('button', { name: 'Show diagnostics' }).click()
    const dialog = page.getByRole('dialog', { name: 'This is what the file holds' })
    await dialog.getByText('"newestSteps"').waitFor()
    expect(await dialog.textContent()).not.toContain('Demir')
    expect(await window.axe()).toEqual([])
    const saved = page.waitForEvent('download')
    await dialog.getByRole('button', { name: 'Save as a file' }).click()
    expect((await saved).suggestedFilename()).toMatch(/^marshal-diagnostics-.*\.json$/)
    await window.close()
  })

  it('pauses every target at once', async () => {
    const window = await site.open({ at: '/settings' })
    await window.page.getByLabel('Pause all targets').check()
    await expect.poll(async () => (await site.engine.client.settings.get()).pausedAll).toBe(true)
    await window.page.getByLabel('Pause all targets').uncheck()
    await expect.poll(async () => (await site.engine.client.settings.get()).pausedAll).toBe(false)
    await window.close()
  })
})

describe.each(looks)('The settings page in $theme, $language, $size', (look) => {
  it('is accessible', async () => {
    const window = await site.open({ ...look, at: '/settings' })
    await window.page.getByText(site.dataDir, { exact: true }).waitFor()
    await window.picture(`settings-${look.theme}-${look.language}`)
    expect(await window.axe()).toEqual([])
    expect(window.complaints).toEqual([])
    await window.close()
  })
})
