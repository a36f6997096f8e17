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

const scan = (code: string) => window.scan(code)
async function cardOf(query: string) {
  const { rows } = await site.engine.client.desk.search({ eventId, query })
  return site.engine.client.desk.entrant({ id: rows[0]!.id })
}
const signal = () => window.page.getByTestId('signal')

describe('A scanner at the desk', () => {
  it('finds the holder of a tag, and one key checks in', async () => {
    const { page } = window
    await scan('T-0007')
    await signal().getByText('Found').waitFor()
    await page.getByRole('button', { name: 'Check in' }).and(page.locator(':focus')).waitFor()
    await page.keyboard.press('Enter')
    await signal().getByText('Checked in').waitFor()
    expect((await cardOf('007')).status).toBe('checkedIn')
  })

  it('signals the second outcome for somebody who is checked in already', async () => {
    await scan('T-0007')
    await signal().getByText('Already checked in').waitFor()
  })

  it('works wherever the focus is, and leaves nothing in the search box', async () => {
    const { page } = window
    await page.getByRole('button', { name: 'Sound' }).focus()
    await scan('T-0012')
    await page.getByRole('article', { name: 'Ana Schmidt' }).waitFor()
    expect(await page.getByRole('combobox').first().inputValue()).toBe('')
  })

  it('signals the third outcome for a code nobody has', async () => {
    await scan('T-9999')
    await signal().getByText('Nobody found').waitFor()
    await signal()
      .getByText(/T-9999/)
      .waitFor()
  })

  it('closes the menu that is open at the entrant before', async () => {
    const { page } = window
    await page.keyboard.type('demir', { delay: 60 })
    const status = page.getByRole('article', { name: 'Çelik Demir' }).getByLabel('Status')
    await status.press('Space')
    await page.getByRole('option', { name: 'Withdrawn' }).waitFor()
    await scan('T-0012')
    await page.getByRole('article', { name: 'Ana Schmidt' }).waitFor()
    await page.getByRole('option', { name: 'Withdrawn' }).waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: 'Check in' }).and(page.locator(':focus')).waitFor()
    expect((await cardOf('demir')).status).toBe('registered')
  })

  it('changes nothing in a select field that has the focus', async () => {
    const { page } = window
    await page.keyboard.type('demir', { delay: 60 })
    const card = page.getByRole('article', { name: 'Çelik Demir' })
    await card.getByLabel('Status').focus()
    await page.keyboard.type('fin', { delay: 60 })
    expect(await card.getByText('Finished').count()).toBe(0)
    await scan('T-0012')
    await page.getByRole('article', { name: 'Ana Schmidt' }).waitFor()
    expect((await cardOf('demir')).status).toBe('registered')
    expect(await page.getByText(/not saved/).count()).toBe(0)
  })

  it('gives a fresh tag to the entrant in front with one key', async () => {
    const { page } = window
    await page.keyboard.type('demir', { delay: 60 })
    await page.getByRole('option', { name: 'Çelik Demir' }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('textbox', { name: 'Tag', exact: true }).waitFor()
    await scan('T-0120')
    await page
      .getByRole('button', { name: 'Give it to Çelik Demir (120)' })
      .and(page.locator(':focus'))
      .waitFor()
    await page.keyboard.press('Enter')
    await signal().getByText('Tag assigned').waitFor()
    expect((await cardOf('demir')).tag).toBe('T-0120')
  })

  it('gives a second chip to somebody who has one, and finds them by it', async () => {
    const { page } = window
    await scan('T-0012')
    await page.getByRole('article', { name: 'Ana Schmidt' }).waitFor()
    await scan('T-0912')
    await page.getByRole('button', { name: 'As a spare tag' }).click()
    await signal().getByText('Tag assigned').waitFor()
    expect(await cardOf('ana')).toMatchObject({ tag: 'T-0012', spareTag: 'T-0912' })
    await scan('T-0007')
    await page.getByRole('article', { name: 'Bo Müller' }).waitFor()
    await scan('T-0912')
    await page.getByRole('article', { name: 'Ana Schmidt' }).waitFor()
    expect(await page.getByRole('textbox', { name: 'Spare tag' }).inputValue()).toBe('T-0912')
  })

  it('shows team and leg of a relay runner, in the list and on the card', async () => {
    const { page } = window
    const { id } = await cardOf('nguyen')
    await site.engine.client.desk.change({ id, bib: '77', team: 'Fast Four', leg: 2 })
    await page.keyboard.type('77', { delay: 60 })
    await page.getByRole('option').getByText('Fast Four, leg 2').waitFor()
    await page.keyboard.press('Enter')
    const card = page.getByRole('article', { name: 'Dora Nguyen' })
    await card.getByText(/Fast Four, leg 2/).waitFor()
    await card.getByRole('textbox', { name: 'Leg' }).fill('3')
    await page.keyboard.press('Enter')
    await expect.poll(async () => (await cardOf('nguyen')).leg).toBe(3)
    await site.engine.client.desk.change({ id, bib: null, team: null, leg: null })
  })

  it('gives a fresh tag also when the cursor is back in the search box after a check-in', async () => {
    const { page } = window
    await page.keyboard.type('schmitt', { delay: 60 })
    await page.getByRole('option', { name: 'Anna Schmitt' }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Check in' }).and(page.locator(':focus')).waitFor()
    await page.keyboard.press('Enter')
    await signal().getByText('Checked in').waitFor()
    await page.getByRole('combobox').and(page.locator(':focus')).waitFor()
    await scan('T-0013')
    await page.getByRole('button', { name: 'Give it to Anna Schmitt (13)' }).waitFor()
    await page.keyboard.press('Enter')
    await signal().getByText('Tag assigned').waitFor()
    expect((await cardOf('schmitt')).tag).toBe('T-0013')
  })

  it('shows who has a tag that is scanned into the field of another entrant', async () => {
    const { page } = window
    await page.keyboard.type('nguyen', { delay: 60 })
    await page.getByRole('option', { name: 'Dora Nguyen' }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('textbox', { name: 'Tag', exact: true }).waitFor()
    await page.keyboard.press('F7')
    await scan('T-0012')
    await signal().getByText('Not saved: Tag').waitFor()
    await signal()
      .getByRole('button', { name: /^Show Ana Schmidt/ })
      .waitFor()
    expect((await cardOf('nguyen')).tag).toBeNull()
  })
})
