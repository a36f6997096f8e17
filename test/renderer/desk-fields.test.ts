/** Fields of the desk: each saves or fails by itself, dates are typed as text, nothing is cut or dropped. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startWindowSite, type OpenWindow, type WindowSite } from '../support/window.ts'
import { startList } from './start-list.ts'

let site: WindowSite
let eventId: string
let window: OpenWindow

beforeAll(async () => {
  site = await startWindowSite()
  await site.importEntrants(startList)
  eventId = (await site.engine.client.desk.events())[0]!.id
})
afterAll(() => site.close())
beforeEach(async () => {
  window = await site.open()
  await window.page.getByRole('combobox').and(window.page.locator(':focus')).waitFor()
  return () => window.close()
})

async function entrant(query: string) {
  const { rows } = await site.engine.client.desk.search({ eventId, query })
  return site.engine.client.desk.entrant({ id: rows[0]!.id })
}
const signal = () => window.page.getByTestId('signal')
const box = (name: string) => window.page.getByRole('textbox', { name, exact: true })
async function openCard(query: string, name: string) {
  const { page } = window
  await page.getByRole('combobox').first().fill(query)
  await page.getByRole('option', { name }).click()
  await page.getByRole('article', { name }).waitFor()
  await box('Bib').waitFor()
}

describe('The entrant card', () => {
  it('saves the good tag although the bib typed before it is refused, and says which and why once', async () => {
    const { page } = window
    await openCard('demir', 'Çelik Demir')
    await box('Bib').fill('12')
    await box('Tag').fill('T-0120')
    await page.keyboard.press('Enter')
    await signal().getByText('Not saved: Bib').waitFor()
    await signal().getByText('Saved: Tag').waitFor()
    expect(await entrant('demir')).toMatchObject({ bib: '120', tag: 'T-0120' })
    await page.getByText('Bib 12 belongs to Ana Schmidt.').waitFor()
    expect(await page.getByText(/belongs to Ana Schmidt|Taken by/).count()).toBe(1)
    await box('Bib').and(page.locator(':focus')).waitFor()
    expect(await box('Bib').inputValue()).toBe('12')
    await page.getByText('1 not saved').waitFor()
    expect(await window.axe()).toEqual([])
    await window.picture('desk-refused-bib')
    await site.engine.client.desk.change({ id: (await entrant('demir')).id, tag: null })
  })

  it('restores the refused field with Escape, and leaves with the next', async () => {
    const { page } = window
    await openCard('demir', 'Çelik Demir')
    await box('Notes').fill('Late')
    await box('Bib').fill('12')
    await page.keyboard.press('Enter')
    await page.getByText('Bib 12 belongs to Ana Schmidt.').waitFor()
    await box('Bib').press('Escape')
    await expect.poll(() => box('Bib').inputValue()).toBe('120')
    expect(await page.getByText('belongs to Ana Schmidt').count()).toBe(0)
    expect(await page.getByText('1 not saved').count()).toBe(0)
    expect(await signal().count()).toBe(0)
    await page.keyboard.press('Escape')
    await page.getByRole('combobox').first().and(page.locator(':focus')).waitFor()
  })

  it('checks nobody in while a bib typed for them is refused, and says that', async () => {
    const { page } = window
    await openCard('demir', 'Çelik Demir')
    await box('Bib').fill('12')
    await page.keyboard.press('F9')
    await signal().getByText('Not checked in').waitFor()
    await signal().getByText('Not saved: Bib').waitFor()
    expect((await entrant('demir')).status).toBe('registered')
    await page.getByRole('button', { name: 'Discard' }).click()
  })

  it('refuses 300 letters in Category with the reason, and keeps them', async () => {
    const { page } = window
    await openCard('demir', 'Çelik Demir')
    await box('Category').fill('x'.repeat(300))
    await page.keyboard.press('Enter')
    await page.getByText('At most 100 characters; these are 300.').waitFor()
    expect((await box('Category').inputValue()).length).toBe(300)
    expect((await entrant('demir')).category).toBe('M30')
    await page.getByRole('button', { name: 'Discard' }).click()
  })

  it('says a birth date back in words, and keeps one it cannot read beside what it saves', async () => {
    const { page } = window
    await openCard('demir', 'Çelik Demir')
    await page.getByText('Correct personal details').click()
    const born = box('Date of birth')
    expect(await born.inputValue()).toBe('07/07/1995')
    await born.fill('7/1/1990')
    await page.getByText(/Jul 1, 1990, \d+ years/).waitFor()
    await born.fill('02/29/1990')
    await box('City').fill('Ankara')
    await page.keyboard.press('Enter')
    await signal().getByText('Not saved: Date of birth').waitFor()
    await page.getByText('The calendar has no such day.').waitFor()
    expect(await born.inputValue()).toBe('02/29/1990')
    expect(await entrant('demir')).toMatchObject({ dateOfBirth: '1995-07-07', city: 'Ankara' })
    await born.fill('01 july 1990')
    await page.keyboard.press('Enter')
    await page
      .getByRole('region', { name: 'Messages' })
      .getByText(/^Saved: /)
      .first()
      .waitFor()
    await expect.poll(async () => (await entrant('demir')).dateOfBirth).toBe('1990-07-01')
    await expect.poll(() => born.inputValue()).toBe('07/01/1990')
  })

  it.each([
    ['1/1/2100', 'That day is still to come.'],
    ['12/31/1899', 'That is before 1900.'],
    ['7/1', 'The year is missing. Write it like 07/28/1990.'],
  ])('refuses the birth date %s in words', async (text, words) => {
    const { page } = window
    const before = (await entrant('demir')).dateOfBirth
    await openCard('demir', 'Çelik Demir')
    await page.getByText('Correct personal details').click()
    await box('Date of birth').fill(text)
    await page.keyboard.press('Enter')
    await page.getByText(words).waitFor()
    expect((await entrant('demir')).dateOfBirth).toBe(before)
    await box('Date of birth').press('Escape')
    await expect.poll(() => box('Date of birth').inputValue()).toBe('07/01/1990')
  })

  it('asks once about a very young one', async () => {
    const { page } = window
    await openCard('nguyen', 'Dora Nguyen')
    await page.getByText('Correct personal details').click()
    const year = new Date().getFullYear() - 2
    await box('Date of birth').fill(`1/1/${year}`)
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('alertdialog', { name: 'Really 2 years old?' })
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await signal().getByText('Not saved: Date of birth').waitFor()
    expect((await entrant('nguyen')).dateOfBirth).toBe('2001-03-14')
    await box('Date of birth').press('Enter')
    await dialog.getByRole('button', { name: 'Yes, save it' }).click()
    await expect.poll(async () => (await entrant('nguyen')).dateOfBirth).toBe(`${year}-01-01`)
    expect(window.complaints).toEqual([])
  })

  it('shows nothing as found when a code nobody has is scanned at an open entrant', async () => {
    const { page } = window
    await window.scan('T-0007')
    await signal().getByText('Found').waitFor()
    await window.scan('T-4711')
    await page.getByRole('button', { name: 'Give it to Bo Müller (007)' }).waitFor()
    expect(await signal().count()).toBe(0)
  })
})

describe('A walk-up', () => {
  it('keeps a date that cannot be read, with the reason, and is not added without it', async () => {
    const { page } = window
    await page.keyboard.press('F8')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('First name').fill('Mia')
    await dialog.getByLabel('Last name').fill('Leap')
    await dialog.getByLabel('Date of birth').fill('02/29/1990')
    await page.keyboard.press('Enter')
    await dialog.getByText('Not added: Date of birth').waitFor()
    await dialog.getByText('The calendar has no such day.').waitFor()
    expect(await dialog.getByLabel('Date of birth').inputValue()).toBe('02/29/1990')
    await window.picture('desk-walk-up-date')
    expect(await window.axe()).toEqual([])
    await dialog.getByLabel('Date of birth').fill('022888')
    await dialog.getByText(/Feb 28, 1988, \d+ years/).waitFor()
    await page.keyboard.press('Enter')
    await signal().getByText('Checked in').waitFor()
    expect(await entrant('leap')).toMatchObject({ dateOfBirth: '1988-02-28', firstName: 'Mia' })
  })

  it('says once, under its field, who has the bib', async () => {
    const { page } = window
    await page.keyboard.press('F8')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('First name').fill('Zoe')
    await dialog.getByLabel('Last name').fill('New')
    await dialog.getByLabel('Bib').fill('12')
    await page.keyboard.press('Enter')
    await dialog.getByText('Bib 12 belongs to Ana Schmidt.').waitFor()
    await dialog.getByText('Not added: Bib').waitFor()
    await dialog.getByRole('button', { name: 'Show Ana Schmidt (12)' }).waitFor()
    expect(await dialog.getByText(/taken by|belongs to/i).count()).toBe(1)
    await window.picture('desk-walk-up-bib')
    await dialog.getByRole('button', { name: 'Clear the form' }).click()
  })
})
