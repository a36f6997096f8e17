import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { OpenWindow } from '../support/window.ts'
import { arrived, openRaceOffice, type RaceOffice } from './race-office.ts'

let office: RaceOffice
let window: OpenWindow

beforeAll(async () => {
  office = await openRaceOffice(3)
})
afterAll(() => office.close())
beforeEach(async () => {
  window = await office.site.open()
  return async () => {
    await window.close()
    await office.reset()
  }
})

const button = (name: string | RegExp) => window.page.getByRole('button', { name })
const target = (name: string) => office.site.engine.client.targets.get({ name })

describe('Importing a configuration', () => {
  it("takes DataCollect's form, moves its secret away, and leaves the target paused", async () => {
    const { page } = window
    await window.go('/targets')
    await button('Import a configuration').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Or paste it here').fill('{"externalSync":')
    await dialog.getByText('This is not JSON.').waitFor()
    const externalSync = {
      type: 'mock-sync-server',
      url: 'http://127.0.0.1:9/sync',
      extraFields: [{ name: 'apiKey', value: 'a-canary-secret' }],
    }
    await dialog.getByLabel('Or paste it here').fill(JSON.stringify({ externalSync }))
    await dialog.getByText('A DataCollect configuration of type mock-sync-server:').waitFor()
    await dialog.getByLabel('Name').fill('rehearsal server')
    await dialog.getByRole('button', { name: 'Import' }).click()
    await page.getByRole('heading', { name: 'rehearsal server', level: 1 }).waitFor()
    const { config, secrets, status } = await target('rehearsal server')
    expect(config.auth).toBe('api-key')
    expect(JSON.stringify(config)).not.toContain('canary')
    expect(secrets.find(({ key }) => key === 'apiKey')?.stored).toBe(true)
    expect(status.state).toBe('paused')
    expect(await page.content()).not.toContain('canary')
  })

  it('says why a configuration cannot be used', async () => {
    await window.go('/targets')
    await button('Import a configuration').click()
    const dialog = window.page.getByRole('dialog')
    const config = { name: 'x', adapter: 'punch-cards', url: 'https://example.org' }
    await dialog.getByLabel('Or paste it here').fill(JSON.stringify(config))
    await dialog.getByRole('button', { name: 'Import' }).click()
    await dialog.getByText('There is no adapter named punch-cards.').waitFor()
  })
})

describe('A target', () => {
  beforeEach(async () => {
    await office.connect()
    await window.go('/targets/timing-van')
  })

  it('is exported without its secrets', async () => {
    const [download] = await Promise.all([
      window.page.waitForEvent('download'),
      button('Export').click(),
    ])
    const text = await readFile(await download.path(), 'utf8')
    expect(download.suggestedFilename()).toBe('timing-van.json')
    expect(JSON.parse(text)).toMatchObject({ name: 'timing-van', adapter: 'tagserver' })
    expect(text).not.toContain(office.timing.apiKey)
  })

  it('is saved for DataCollect, and imported from that as it was', async () => {
    const [download] = await Promise.all([
      window.page.waitForEvent('download'),
      button('Save for DataCollect').click(),
    ])
    const text = await readFile(await download.path(), 'utf8')
    expect(download.suggestedFilename()).toBe('timing-van.datacollect.json')
    expect(text).not.toContain(office.timing.apiKey)
    const config = { ...(JSON.parse(text) as object), name: 'timing-van-2' }
    const { config: before } = await target('timing-van')
    await window.go('/targets')
    await button('Import a configuration').click()
    const dialog = window.page.getByRole('dialog')
    await dialog.getByLabel('Or paste it here').fill(JSON.stringify(config))
    await dialog.getByRole('button', { name: 'Import' }).click()
    await window.page.getByRole('heading', { name: 'timing-van-2', level: 1 }).waitFor()
    expect((await target('timing-van-2')).config).toEqual({ ...before, name: 'timing-van-2' })
  })

  it('is changed in the same forms it was set up in', async () => {
    const { page } = window
    await page.getByRole('tab', { name: 'Settings' }).click()
    await page.getByLabel('Records per step').fill('50')
    await page.getByLabel('Look for changes').first().focus()
    await page.keyboard.press('Space')
    await page.getByRole('option', { name: 'Own pattern' }).click()
    await page.getByLabel('Own pattern: Look for changes').fill('every full moon')
    await button('Save').last().click()
    await page.getByText(/cannot be read/).waitFor()
    // A look at another page does not take what was typed, nor does a reload.
    await window.go('/sync')
    await window.go('/targets/timing-van?tab=settings')
    await page.reload()
    const pattern = page.getByLabel('Own pattern: Look for changes')
    await expect.poll(() => pattern.inputValue()).toBe('every full moon')
    await page.getByLabel('Own pattern: Look for changes').fill('*/10 6-22 * * *')
    await button('Save').last().click()
    await page.getByText('Saved', { exact: true }).first().waitFor()
    const { config } = await target('timing-van')
    expect(config.schedule.delta).toBe('*/10 6-22 * * *')
    expect(config.settings).toEqual({ batchSize: 50 })
    await expect.poll(() => button('Save').last().isDisabled()).toBe(true)
  })

  it('says that another address leads to other records, before it is saved', async () => {
    const { page } = window
    await page.getByRole('tab', { name: 'Settings' }).click()
    const address = page.getByLabel('Address (URL)')
    const warning = page.getByText('This may lead to other records than before.')
    const before = await address.inputValue()
    await address.fill(`${before}/another`)
    await warning.waitFor()
    await window.picture('target-elsewhere')
    await address.fill(`${before}/`)
    await warning.waitFor({ state: 'detached' })
    await address.fill(before)
  })

  it('keeps its address when it is renamed', async () => {
    const { page } = window
    await page.getByRole('tab', { name: 'Settings' }).click()
    await page.getByLabel('Name', { exact: true }).fill('finish line')
    await button('Save').last().click()
    await page.getByRole('heading', { name: 'finish line', level: 1 }).waitFor()
    expect((await target('finish line')).secrets[0]?.stored).toBe(true)
  })

  it('shows only whether a secret is stored; it can be replaced and removed', async () => {
    const { page } = window
    await page.getByRole('tab', { name: 'Settings' }).click()
    await page.getByText('Stored', { exact: true }).waitFor()
    await button('Replace API key').click()
    await page.getByLabel('New API key').fill('another-canary')
    await page.keyboard.press('Enter')
    await page.getByText('Stored.').first().waitFor()
    expect(await page.content()).not.toContain('another-canary')
    await button('Test connection').click()
    await page.getByText('Something does not work yet.').first().waitFor()
    await button('Remove API key').click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
    await page.getByText('Not stored').waitFor()
    expect((await target('timing-van')).secrets[0]?.stored).toBe(false)
  })

  it('shows what must be there before what', async () => {
    const { page } = window
    await page.getByRole('tab', { name: 'Dependencies' }).click()
    const node = page.getByRole('listitem').filter({ hasText: 'start-group-participants' }).last()
    await node.getByText('Needs Start groups, Event participants').waitFor()
  })

  it('is removed without deleting anything there', async () => {
    const { page } = window
    await office.site.engine.client.targets.resume({ name: 'timing-van' })
    await office.settled('up-to-date')
    const before = await arrived(office.timing)
    await button('Remove').click()
    const dialog = page.getByRole('alertdialog')
    await dialog.getByText('Nothing is deleted at timing-van').waitFor()
    await dialog.getByRole('button', { name: 'Remove' }).click()
    await page.waitForURL(/#\/targets$/)
    expect(await office.site.engine.client.targets.list()).toEqual([])
    expect(await arrived(office.timing)).toBe(before)
  })
})
