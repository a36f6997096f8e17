import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { at } from '../targets/mock-sync-server/at-mock-sync.ts'
import type { OpenWindow } from '../support/window.ts'
import { openRaceOffice } from './race-office.ts'
import { openSharedOffice, type SharedOffice } from './shared-office.ts'

let office: SharedOffice
let window: OpenWindow

const button = (name: string | RegExp) => window.page.getByRole('button', { name })
const tab = (name: string) => window.page.getByRole('tab', { name })
const rows = () => window.page.getByRole('row')
const people = 60

/** Sixty persons both sides have, one in conflict, one changed since. */
beforeAll(async () => {
  office = await openSharedOffice()
  await office.connect()
  const made = await office.agreed(
    Array.from({ length: people }, (_, n) => ({ firstName: `Runner${n}`, lastName: 'Berg' })),
  )
  await office.editHere(made[0]!.id, { city: 'Bergen' })
  await office.editThere(made[0]!.id, { city: 'Berlin' })
  await office.sync()
  await office.editHere(made[1]!.id, { city: 'Graz' })
})
afterAll(() => office.close())
beforeEach(async () => {
  window = await office.site.open({ size: [1280, 800], at: '/targets/registration' })
  return () => window.close()
})

describe('The page of a target', () => {
  it('leads from its counts to the records and conflicts they count', async () => {
    const { page } = window
    await page.getByRole('main').getByRole('link', { name: '1 Pending' }).click()
    await page.waitForURL(/tab=records&due=1$/)
    await page.getByRole('link', { name: 'Runner1 Berg' }).waitFor()
    expect(await rows().count()).toBe(2)
    await tab('Overview').click()
    await page.getByRole('link', { name: '1 Conflicts' }).click()
    await page.waitForURL(/#\/attention\?target=registration&kind=conflicts$/)
    await page.getByRole('article', { name: 'Runner0 Berg' }).waitFor()
  })

  it('lists its records page by page, by kind, state and id, each leading to the record', async () => {
    const { page } = window
    await tab('Records').click()
    await expect.poll(() => rows().count()).toBe(51)
    await button('Next page').click()
    await expect.poll(() => rows().count()).toBe(people - 50 + 1)
    await page.getByRole('combobox', { name: 'State' }).focus()
    await page.keyboard.press('Space')
    await page.getByRole('option', { name: 'In conflict' }).click()
    await page.waitForURL(/state=conflict/)
    await expect.poll(() => rows().count()).toBe(2)
    await rows().getByRole('link', { name: 'Decide' }).waitFor()
    await window.picture('target-records')
    expect(await window.axe()).toEqual([])
    await button('Show everything').click()
    const { records } = await office.site.engine.client.records.list({ entity: 'person', limit: 5 })
    const one = records.at(-1)!
    await page.getByLabel('Id here or there').fill(one.id.slice(0, 13))
    await expect.poll(() => rows().count()).toBe(2)
    await page.getByRole('link', { name: one.display }).click()
    await page.waitForURL(new RegExp(`#/data/person\\?id=${one.id}`))
    expect(window.complaints).toEqual([])
  })

  it('shows where both sides differ, and writes nothing', async () => {
    const { page } = window
    const before = await office.registration.records()
    await button('Show the differences').click()
    const dialog = page.getByRole('dialog', { name: 'Differences to registration' })
    await dialog.getByText('Nothing was written, neither here nor there.').waitFor()
    await dialog.getByRole('link', { name: 'Runner1 Berg' }).waitFor()
    await window.picture('target-compare')
    expect(await window.axe()).toEqual([])
    expect(await office.registration.records()).toEqual(before)
    await dialog.getByRole('button', { name: 'Close' }).click()
    await button('Show the differences').and(page.locator(':focus')).waitFor()
  })

  it('runs a full comparison when asked', async () => {
    await button('Compare everything now').click()
    await window.page.getByText('The comparison with registration was asked for.').first().waitFor()
    await tab('Runs').click()
    await window.page.getByRole('row').getByText('Full comparison').first().waitFor()
  })

  it('sends everything again, after it showed what would go there', async () => {
    const { page } = window
    const before = await office.registration.records()
    await button('Send everything again…').click()
    const dialog = page.getByRole('dialog', { name: 'Send everything again: registration' })
    await dialog.getByText('Nothing was sent, and nothing was changed here.').waitFor()
    await dialog.getByText('unchanged; sent again because everything is').first().waitFor()
    await window.picture('target-send-everything')
    expect(await window.axe()).toEqual([])
    expect(await office.registration.records()).toEqual(before)
    await dialog.getByRole('button', { name: 'Send everything again' }).click()
    await page
      .getByText('Sending everything to registration again was asked for.')
      .first()
      .waitFor()
    await dialog.waitFor({ state: 'hidden' })
    await expect
      .poll(async () => {
        const { runs } = await office.site.engine.client.sync.runs({ limit: 1 })
        return runs[0]?.outbound.updated
      })
      .toBeGreaterThanOrEqual(people - 1)
    expect(window.complaints).toEqual([])
  })

  it('says what a mode means, and which side owns a field', async () => {
    const { page } = window
    await tab('Settings').click()
    await page.getByRole('radio', { name: /^Keep both alike/, checked: true }).waitFor()
    expect(await page.getByText('Waits under Attention until').count()).toBe(0)
    await page.getByRole('radio', { name: /^The target leads/ }).check()
    await page.getByText('Waits under Attention until somebody sends it.').waitFor()
    await page.getByText('The target leads, so its value is taken over').waitFor()
    await page.getByRole('radio', { name: /^Keep both alike/ }).check()
    await button('No field chosen').click()
    await page.getByRole('combobox', { name: 'Kind', exact: true }).focus()
    await page.keyboard.press('Space')
    await page.getByRole('option', { name: 'Persons', exact: true }).click()
    await page.getByRole('radio', { name: 'City: The target' }).check()
    await button('One field chosen').waitFor()
    await button('One field chosen').scrollIntoViewIfNeeded()
    await window.picture('target-rules')
    expect(await window.axe()).toEqual([])
    await button('Save').last().click()
    await page.getByText('Saved', { exact: true }).first().waitFor()
    const { config } = await office.site.engine.client.targets.get({ name: 'registration' })
    expect(config.owners).toEqual({ 'person.city': 'theirs' })
    await office.site.engine.client.targets.update({
      name: 'registration',
      changes: { owners: {} },
    })
  })

  it('stops before many deletions there are carried out here, and goes on only after two steps', async () => {
    const { page } = window
    const { client } = office.site.engine
    await client.targets.update({ name: 'registration', changes: { remoteDeletion: 'delete' } })
    const there = await office.registration.records()
    const gone = there.slice(-40)
    await office.registration.put(
      gone.map((record) => ({ ...record, deleted: true, timestamp: at(600) })),
    )
    await office.sync()
    await page.getByText('40 deletions here wait for your decision').first().waitFor()
    await window.picture('target-guard')
    expect(await window.axe()).toEqual([])
    const count = async () =>
      (await client.records.list({ entity: 'person', limit: 1000 })).records.length
    expect(await count()).toBe(people)
    await button('Allow it…').click()
    const dialog = page.getByRole('alertdialog', { name: 'Delete 40 records here?' })
    await dialog.getByText('They are gone at registration').waitFor()
    await dialog.getByRole('button', { name: 'Delete 40 records here' }).click()
    await expect.poll(count).toBe(people - 40)
    await page.getByText('wait for your decision').first().waitFor({ state: 'hidden' })
  })
})

describe('A run with many refusals', () => {
  it('folds equal ones, and a rehearsal after it does not say that all is there', async () => {
    const office = await openRaceOffice(102)
    await office.timing.fault({
      match: { method: 'POST', path: '/api/people' },
      action: { kind: 'answer', status: 400, body: { detail: 'The e-mail address is blocked' } },
    })
    await office.connect('run')
    expect((await office.settled('attention')).failed).toBe(102)
    const { page } = await office.site.open({ at: '/targets/timing-van?tab=runs' })
    const errors = page.getByRole('cell').getByRole('listitem')
    await page.getByRole('row').filter({ hasText: 'First sync' }).getByRole('button').click()
    await errors.filter({ hasText: '102 times' }).waitFor()
    expect(await errors.count()).toBe(1)
    await page.getByRole('tab', { name: 'Overview' }).click()
    await page.getByRole('button', { name: 'Rehearse' }).click()
    const dialog = page.getByRole('dialog', { name: 'Rehearsal: timing-van' })
    await dialog.getByText(/Not there yet, and waiting: 102 refused · \d+ held/).waitFor()
    await office.close()
  })
})
