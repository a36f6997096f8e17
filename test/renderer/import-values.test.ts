import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWindowSite, type WindowSite } from '../support/window.ts'

let site: WindowSite
beforeAll(async () => {
  site = await startWindowSite()
})
afterAll(() => site.close())

describe('What a list leaves open', () => {
  it('is asked beside its columns, and read as it is said', async () => {
    const { page, close } = await site.open({ at: '/import' })
    const text =
      'Startnummer;Vorname;Nachname;Sex;DOB\n9101;Ada;Open;D;03/04/1990\n9102;Bea;Open;M;05/06/1991\n'
    await page.locator('input[type=file]').setInputFiles({
      name: 'open.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(text),
    })
    await page.getByText('In DOB, 03/04/1990 may be two different days.').waitFor()
    await page.getByText('a usual name for Bib').waitFor()
    const choose = async (name: string, option: string) => {
      await page.getByRole('combobox', { name }).press('ArrowDown')
      await page.getByRole('option', { name: option, exact: true }).click()
    }
    await choose('Order of dates', 'Month, day, year')
    await choose('D means', 'Female')
    await page.getByRole('combobox', { name: 'Event' }).fill('Open Run')
    await page.keyboard.press('Tab')
    await page.getByRole('button', { name: 'Import 2 rows' }).click()
    await page.getByText('Import finished').waitFor()
    const { records } = await site.engine.client.records.list({
      entity: 'person',
      where: { lastName: 'Open' },
    })
    expect(records.map((record) => [record['gender'], record['dateOfBirth']])).toEqual([
      ['female', '1990-03-04'],
      ['male', '1991-05-06'],
    ])
    await close()
  })
})
