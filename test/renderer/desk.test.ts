import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startWindowSite, type OpenWindow, type WindowSite } from '../support/window.ts'
import { startList } from './start-list.ts'

let site: WindowSite
let eventId: string

beforeAll(async () => {
  site = await startWindowSite()
  await site.importEntrants(startList)
  eventId = (await site.engine.client.desk.events())[0]!.id
})
afterAll(() => site.close())

/** Slower than any scanner, faster than any volunteer. */
const humanly = { delay: 60 }

async function entrant(query: string) {
  const { rows } = await site.engine.client.desk.search({ eventId, query })
  return site.engine.client.desk.entrant({ id: rows[0]!.id })
}

describe('The desk, by keyboard alone', () => {
  let window: OpenWindow
  beforeEach(async () => {
    window = await site.open()
    await expect.poll(focused).toBe('combobox')
    return () => window.close()
  })
  const signal = () => window.page.getByTestId('signal')
  const focused = () =>
    window.page.evaluate(() => document.activeElement?.getAttribute('role') ?? null)

  it('finds an entrant as the name is typed, opens with Enter and checks in with Enter', async () => {
    const { page } = window
    await page.keyboard.type('schmi', humanly)
    await expect.poll(() => page.getByRole('option').count()).toBe(2)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Check in' }).and(page.locator(':focus')).waitFor()
    await page.keyboard.press('Enter')
    await signal().getByText('Checked in').waitFor()
    expect((await entrant('schmitt')).status).toBe('checkedIn')
    expect((await entrant('schmitt')).checkedInBy).toBe('Desk 1')
    await expect.poll(focused).toBe('combobox')
    await page.getByText('1 of 5 checked in').waitFor()
    expect(window.complaints).toEqual([])
  })

  it('says so when somebody is checked in already, and a second Enter takes nothing back', async () => {
    const { page } = window
    await page.keyboard.type('schmitt', humanly)
    await page.getByRole('option', { name: 'Anna Schmitt' }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('article', { name: 'Anna Schmitt' }).and(page.locator(':focus')).waitFor()
    await page.keyboard.press('Enter')
    await signal().getByText('Already checked in').waitFor()
    expect((await entrant('schmitt')).status).toBe('checkedIn')
  })

  it('takes a check-in back with the button, and offers to do it again', async () => {
    const { page } = window
    await page.keyboard.type('schmitt', humanly)
    await page.getByRole('option', { name: 'Anna Schmitt' }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Undo check-in' }).click()
    await page
      .getByRole('region', { name: 'Messages' })
      .getByText('Check-in of Anna Schmitt undone')
      .waitFor()
    expect((await entrant('schmitt')).status).toBe('registered')
  })

  it('takes typing from anywhere on the page', async () => {
    const { page } = window
    await page.getByRole('button', { name: 'Sound' }).focus()
    await page.keyboard.type('mull', humanly)
    await page.getByRole('option', { name: 'Bo Müller' }).waitFor()
    expect(await page.getByRole('combobox').first().inputValue()).toBe('mull')
  })

  it('refuses a bib somebody has, keeps what was typed, and leads to who has it', async () => {
    const { page } = window
    await page.keyboard.type('demir', humanly)
    await page.getByRole('option', { name: 'Çelik Demir' }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('textbox', { name: 'Bib' }).waitFor()
    await page.keyboard.press('F4')
    await page.keyboard.type('12', humanly)
    await page.keyboard.press('Enter')
    await signal().getByText('Not saved: Bib').waitFor()
    expect(await page.getByRole('textbox', { name: 'Bib' }).inputValue()).toBe('12')
    expect((await entrant('demir')).bib).toBe('120')
    await signal()
      .getByRole('button', { name: /^Show Ana Schmidt/ })
      .click()
    await page.getByRole('article', { name: 'Ana Schmidt' }).waitFor()
    await page.getByText('1 not saved').waitFor()
  })

  it('keeps a typed bib across pages and reloads until it is saved', async () => {
    const { page } = window
    await page.keyboard.type('nguyen', humanly)
    await page.getByRole('option', { name: 'Dora Nguyen' }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('textbox', { name: 'Bib' }).waitFor()
    await page.keyboard.press('F4')
    await page.keyboard.type('501', humanly)
    await window.go('/sync')
    await page.getByRole('heading', { name: 'Sync', level: 1 }).waitFor()
    await window.go('/desk')
    await page.getByText('1 not saved').waitFor()
    await page.reload()
    await page.getByText('1 not saved').waitFor()
    await expect.poll(() => page.getByRole('textbox', { name: 'Bib' }).inputValue()).toBe('501')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page
      .getByRole('region', { name: 'Messages' })
      .getByText('Saved: Dora Nguyen (501)')
      .waitFor()
    expect((await entrant('nguyen')).bib).toBe('501')
    await page.getByRole('button', { name: 'Undo', exact: true }).click()
    await page.getByText('Undone').first().waitFor()
    expect((await entrant('nguyen')).bib).toBeNull()
  })

  it('hides emergency and medical details until asked, and again for the next entrant', async () => {
    const { page } = window
    const { personId } = await entrant('007')
    await site.engine.client.records.set({
      entity: 'person',
      id: personId,
      fields: { medicalConditions: 'Asthma' },
    })
    await page.keyboard.type('007', humanly)
    await page.getByRole('option', { name: 'Bo Müller' }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('textbox', { name: 'Bib' }).waitFor()
    expect(await page.getByText('Asthma').count()).toBe(0)
    await page.getByRole('button', { name: 'Show emergency and medical details' }).click()
    await page.getByText('Asthma').waitFor()
    await page.getByRole('combobox').first().fill('ana')
    await page.getByRole('option', { name: 'Ana Schmidt' }).waitFor()
    await page.getByRole('combobox').first().fill('007')
    await page.getByRole('article', { name: 'Bo Müller' }).waitFor()
    expect(await page.getByText('Asthma').count()).toBe(0)
  })

  it('fills the card with the next entrant while typing, and closes what was open', async () => {
    const { page } = window
    const fields = page.getByRole('article').getByRole('textbox')
    await page.keyboard.type('ana schmidt', humanly)
    await page.getByRole('textbox', { name: 'Bib' }).waitFor()
    await page.getByText('Correct personal details').click()
    expect(await fields.and(page.getByLabel('City')).inputValue()).toBe('Berlin')
    await page.getByRole('combobox').first().fill('demir')
    await page.getByRole('article', { name: 'Çelik Demir' }).waitFor()
    await expect.poll(() => page.getByRole('textbox', { name: 'Bib' }).inputValue()).toBe('120')
    expect(await page.getByLabel('City').isVisible()).toBe(false)
    await page.getByText('Correct personal details').click()
    expect(await page.getByLabel('City').inputValue()).toBe('Istanbul')
    expect(window.complaints).toEqual([])
  })

  it('offers a walk-up when nobody is found, warns of a namesake, and checks the new one in', async () => {
    const { page } = window
    await page.keyboard.type('Ana Schmidtke', humanly)
    await page.getByText('Nobody found for “Ana Schmidtke”').waitFor()
    await page.keyboard.press('F8')
    const dialog = page.getByRole('dialog')
    await expect.poll(() => dialog.getByLabel('First name').inputValue()).toBe('Ana')
    await dialog.getByLabel('Last name').fill('Schmidt')
    await dialog.getByText('Somebody with this name is on the list already').waitFor()
    await dialog.getByLabel('Last name').fill('Schmidtke')
    await dialog.getByLabel('Bib').fill('12')
    await page.keyboard.press('Enter')
    await dialog.getByRole('alert').getByText(/12/).first().waitFor()
    await dialog.getByLabel('Bib').fill('900')
    await page.keyboard.press('Enter')
    await signal().getByText('Checked in').waitFor()
    expect(await entrant('schmidtke')).toMatchObject({ bib: '900', status: 'checkedIn' })
    expect(window.complaints).toEqual([])
  })
})
