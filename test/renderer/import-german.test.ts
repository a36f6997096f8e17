import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWindowSite, type WindowSite } from '../support/window.ts'

let site: WindowSite
beforeAll(async () => {
  site = await startWindowSite()
})
afterAll(() => site.close())

const list = `Startnummer;Vorname;Nachname;Geboren;Jahrgang;E-Mail
9201;Jörg;Groß;13/04/1990;1990;joerg@example.org
9202;Bea;Weiß;03/04/1991;1991;bea@example.org
`

describe('A German window', () => {
  it('says in German what was taken for granted of a file and its columns', async () => {
    const window = await site.open({ at: '/import', language: 'de' })
    const { page } = window
    await page.locator('input[type=file]').setInputFiles({
      name: 'starter.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(list, 'latin1'),
    })
    await page.getByText('Buchstaben: Windows-1252.', { exact: true }).waitFor()
    await page.getByText(/^Die Datei ist nicht UTF-8\. So gelesen heißen ihre Wörter „/).waitFor()
    await page.getByText('Ein üblicher Name für Nachname.', { exact: true }).waitFor()
    await page.getByText(/^Ein Geburtsjahr ist kein Geburtsdatum/).waitFor()
    await window.picture('import-german')
    await page.getByRole('combobox', { name: 'Veranstaltung' }).fill('Herbstlauf')
    await page.keyboard.press('Tab')
    await page.getByRole('button', { name: 'Probe', exact: true }).click()
    const report = page.getByRole('region', { name: /^Probe: / })
    await report.getByText('Daten in „Geboren“: Tag, Monat, Jahr', { exact: true }).waitFor()
    await report.getByText('„13/04/1990“ lässt sich nicht anders lesen.').waitFor()
    await report.getByText('Jahrgang: nicht verwendet', { exact: true }).waitFor()
    await window.picture('import-german-report')
    expect(await page.locator('main [lang=en]').count()).toBe(0)
    expect(window.complaints).toEqual([])
    await window.close()
  })
})
