import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { OpenWindow } from '../support/window.ts'
import { openRaceOffice, type RaceOffice } from './race-office.ts'

let office: RaceOffice
let window: OpenWindow

beforeAll(async () => {
  office = await openRaceOffice(30)
})
afterAll(() => office.close())
beforeEach(async () => {
  window = await office.site.open()
  await window.go('/attention')
  return async () => {
    await window.close()
    await office.reset()
  }
})

const button = (name: string | RegExp) => window.page.getByRole('button', { name })

/** The timing van refuses everybody from this family name on, each with a message of their own. */
async function refusePeople() {
  await office.timing.fault({
    match: { method: 'POST', path: '/api/people', bodyContains: 'Family2' },
    action: {
      kind: 'answer',
      status: 400,
      headers: { 'content-type': 'application/problem+json' },
      body: { title: 'Bad Request', detail: 'The e-mail address is blocked' },
    },
  })
  await office.connect('run')
  return office.settled('attention')
}

describe('The Attention page', () => {
  it('says so when nothing needs anybody', async () => {
    await window.page.getByText('Nothing needs you').waitFor()
    expect(await window.axe()).toEqual([])
  })

  it('folds equal failures into one row with what to do, and retries them after the fix', async () => {
    const { page } = window
    // Family2 and Family20 to Family29.
    expect((await refusePeople()).failed).toBe(11)
    const group = page.getByRole('article')
    await group.getByText('11', { exact: true }).waitFor()
    expect(await group.count()).toBe(1)
    await group.getByText('The e-mail address is blocked').waitFor()
    await group.getByText('timing-van · Persons · Refused by the target').waitFor()
    await group.getByText('Open the record, correct what timing-van complains about').waitFor()
    await page.getByText(/records for timing-van are held/).waitFor()
    await button('Show records').click()
    const record = group.getByRole('link', { name: 'Runner2 Family2', exact: true })
    expect(await record.getAttribute('href')).toMatch(/^#\/data\/person\?id=/)
    await button('Show 11').click()
    await expect.poll(() => group.getByRole('row').count()).toBe(12)
    expect(await window.axe()).toEqual([])

    await office.timing.clearFaults()
    await group.getByRole('button', { name: 'Retry', exact: true }).first().click()
    await page.getByText('11 records will be tried again.').first().waitFor()
    await page.getByText('Nothing needs you').waitFor({ timeout: 20_000 })
    await office.settled('up-to-date')
    expect((await office.timing.counts()).people).toBe(30)
  })

  it('retries one failure alone', async () => {
    const { page } = window
    await refusePeople()
    await office.timing.clearFaults()
    await button('Show records').click()
    await button('Retry Runner2 Family2').click()
    await page.getByText('One record will be tried again.').first().waitFor()
    await page.getByRole('article').getByText('10', { exact: true }).waitFor()
  })

  it('retries those that are chosen, or were tried at a time', async () => {
    const { page } = window
    await refusePeople()
    await office.timing.clearFaults()
    await button('Show records').click()
    const runners = page.getByRole('checkbox', { name: /^Select Runner/ })
    await runners.first().check()
    await runners.nth(1).check()
    await page.getByText('These 2').waitFor()
    await window.picture('attention-chosen')
    expect(await window.axe()).toEqual([])
    await button('Retry these').click()
    await page.getByText('2 records will be tried again.').first().waitFor()
    await page.getByRole('article').getByText('9', { exact: true }).waitFor()
    const tried = page.getByRole('combobox', { name: 'Last tried' })
    await tried.press('ArrowDown')
    await page.getByRole('option', { name: 'Longer than an hour ago' }).click()
    await page.getByText('None was tried then.').waitFor()
    await tried.press('ArrowDown')
    await page.getByRole('option', { name: 'Within the last hour' }).click()
    await page.getByText('These 9').waitFor()
    await button('Discard these…').click()
    await page.getByRole('alertdialog', { name: 'Discard 9 failures?' }).waitFor()
    await page.keyboard.press('Escape')
    // Who chose one does not mean the others once that one is gone.
    await runners.first().check()
    await page.getByText('This one').waitFor()
    await button(/^Retry Runner/)
      .first()
      .click()
    await page.getByRole('article').getByText('8', { exact: true }).waitFor()
    await expect.poll(() => runners.count()).toBe(8)
    expect(await button('Retry these').count()).toBe(0)
    await page.getByRole('checkbox', { name: 'Select all on this page' }).check()
    await button('Retry these').click()
    await page.getByText('Nothing needs you').waitFor({ timeout: 20_000 })
    expect(window.complaints).toEqual([])
  })

  it('discards only after a confirmation, and says what that means', async () => {
    const { page } = window
    await refusePeople()
    await page.getByRole('main').getByRole('button', { name: 'Discard…' }).click()
    const dialog = page.getByRole('alertdialog', { name: 'Discard 11 failures?' })
    await dialog.getByText('What is here stays as it is.').waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    expect((await office.status()).failed).toBe(11)
    await page.getByRole('main').getByRole('button', { name: 'Discard…' }).click()
    await dialog.getByRole('button', { name: 'Discard' }).click()
    await page.getByText('11 failures discarded.').first().waitFor()
    await expect.poll(async () => (await office.status()).failed).toBe(0)
  })

  it('is reached from the counts of a target, filtered to it', async () => {
    const { page } = window
    await refusePeople()
    await window.go('/sync')
    const card = page.getByRole('article', { name: 'timing-van' })
    await card.getByRole('link', { name: '11 Failed' }).click()
    await page.waitForURL(/#\/attention\?target=timing-van&kind=failures$/)
    await page.getByText('The e-mail address is blocked').waitFor()
    await button('Show everything').click()
    await page.waitForURL(/#\/attention$/)
  })

  it('lists a target whose sign-in was refused, and lets it go on with a new key', async () => {
    const { page } = window
    await office.timing.setKey('changed-overnight')
    await office.connect('run')
    const paused = await office.settled('paused')
    expect(paused.failed).toBe(0)
    await page.getByText('timing-van refused the sign-in and is paused').waitFor()
    await page.getByText(/Nothing is lost: \d+ changes wait here/).waitFor()
    // It counts as something that needs a person, in the navigation of every page.
    await page
      .getByRole('navigation')
      .getByRole('link', { name: /^Attention 1/ })
      .first()
      .waitFor()
    await page.getByRole('link', { name: 'Enter new credentials' }).click()
    await button('Replace API key').click()
    await page.getByLabel('New API key').fill('changed-overnight')
    await page.keyboard.press('Enter')
    await page.getByText('Stored.').first().waitFor()
    await window.go('/attention')
    await button('Resume').click()
    await page.getByText('Nothing needs you').waitFor()
    await office.settled('up-to-date')
    expect((await office.timing.counts()).people).toBe(30)
  })
})
