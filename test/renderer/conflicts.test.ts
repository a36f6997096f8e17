import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { OpenWindow } from '../support/window.ts'
import { tabTo } from './race-office.ts'
import { openSharedOffice, type SharedOffice } from './shared-office.ts'

let office: SharedOffice
let window: OpenWindow

beforeAll(async () => {
  office = await openSharedOffice()
  await office.connect()
})
afterAll(() => office.close())
beforeEach(async () => {
  window = await office.site.open({ size: [1280, 800] })
  return () => window.close()
})

const button = (name: string | RegExp) => window.page.getByRole('button', { name })
const conflict = (name: string) => window.page.getByRole('article', { name })
const focused = () => window.page.locator(':focus')
const open = async () => (await office.site.engine.client.conflicts.list({})).total

/** A person whose city and phone were changed on both sides since they last agreed. */
async function disputed(firstName: string, lastName: string) {
  const [person] = await office.agreed([
    { firstName, lastName, city: 'Hamburg', phone: '+4940111111' },
  ])
  const { id } = person!
  await office.editHere(id, { city: 'Bergen', phone: '+4940222222' })
  await office.editThere(id, { city: 'Berlin', phone: '+4940333333' })
  await office.sync()
  return id
}

describe('A conflict', () => {
  it('is settled field by field with the keyboard alone, and says what will go where', async () => {
    const { page } = window
    const id = await disputed('Ana', 'Silva')
    await office.site.engine.client.settings.set({ operatorName: 'Desk 2' })
    await office.editHere(id, { street: 'Am Sande 1' })
    await office.site.engine.client.settings.set({ operatorName: 'Desk 1' })
    await window.go('/attention?kind=conflicts')
    const card = conflict('Ana Silva')
    await card.waitFor()
    // Somebody else changed another field of the record since: that is not who changed these.
    await card
      .getByRole('row', { name: /^City/ })
      .getByText(/^changed .* by Desk 1$/)
      .waitFor()
    await card
      .getByRole('row', { name: /^Phone/ })
      .getByText(/^changed .* by Desk 1$/)
      .waitFor()
    expect(await card.getByText('by Desk 2').count()).toBe(0)
    await card.getByRole('cell', { name: 'Hamburg' }).waitFor()
    await window.picture('conflict-single')
    expect(await window.axe()).toEqual([])
    await tabTo(page, card.getByRole('radio', { name: /^Phone: keep ours/ }))
    await page.keyboard.press('ArrowRight')
    await card.getByText('Phone: taken from registration and saved here.').waitFor()
    await card.getByText('Stays open: City.').waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await card.getByText('City: ours stays, and is sent to registration.').waitFor()
    await card.getByText('This cannot be undone').waitFor()
    await window.picture('conflict-chosen')
    await tabTo(page, card.getByRole('button', { name: 'Apply' }))
    await page.keyboard.press('Enter')
    await page.getByText('One conflict settled.').first().waitFor()
    await page.getByText('Nothing here needs you').waitFor()
    await office.sync()
    expect(await office.here(id)).toMatchObject({ city: 'Bergen', phone: '+4940333333' })
    expect(await office.there(id)).toMatchObject({ city: 'Bergen', phone: '+4940333333' })
    expect(window.complaints).toEqual([])
  })

  it('leaves the others open, and the keyboard goes on with the next one', async () => {
    const { page } = window
    await disputed('Bo', 'Costa')
    await disputed('Cleo', 'Dias')
    await window.go('/attention?target=registration')
    await page.getByRole('button', { name: 'Show each' }).click()
    await conflict('Bo Costa').getByRole('button', { name: 'Keep all ours' }).click()
    await page.getByText('One conflict settled.').first().waitFor()
    await expect.poll(() => focused().textContent()).toContain('Cleo Dias')
    expect(await open()).toBe(1)
    await conflict('Cleo Dias').getByRole('button', { name: 'Take all theirs' }).click()
    await page.getByText('Nothing here needs you').waitFor()
    await expect.poll(() => focused().textContent()).toBe('Attention')
  })
})

describe('A conflict that cannot be settled so', () => {
  it('says why beside it, and takes the other side', async () => {
    const { page } = window
    const { client } = office.site.engine
    await office.site.importEntrants('bib,first_name,last_name\n1,Ida,Novak\n2,Kaya,Weber')
    await office.sync()
    await office.sync()
    const entity = 'eventParticipant'
    const { records } = await client.records.list({ entity })
    const { id } = records.find(({ number }) => number === '1')!
    await client.records.set({ entity, id, fields: { number: '3' } })
    await office.editThere(id, { number: '2' })
    await office.sync()
    await window.go('/attention?kind=conflicts')
    const card = conflict('Ida Novak (3)')
    await card.getByRole('radio', { name: /^Bib: take 2/ }).check()
    await card.getByRole('button', { name: 'Apply' }).click()
    await card.getByRole('alert').getByText('Kaya Weber').waitFor()
    await expect.poll(() => focused().textContent()).toContain('Not settled.')
    await window.picture('conflict-refused')
    expect(await window.axe()).toEqual([])
    await card.getByRole('button', { name: 'Keep ours' }).click()
    await page.getByText('One conflict settled.').first().waitFor()
    expect(await open()).toBe(0)
  })
})

describe('Conflicts of one cause', () => {
  const cities = ['Graz', 'Porto', 'Lyon', 'Brno']
  let ids: readonly string[]

  beforeEach(async () => {
    const people = await office.agreed(
      cities.map((city, at) => ({ firstName: `Runner${at}`, lastName: 'Berg', city })),
    )
    ids = people.map(({ id }) => id)
    for (const id of ids) await office.editHere(id, { city: 'Here' })
    for (const id of ids) await office.editThere(id, { city: 'There' })
    await office.sync()
    expect(await open()).toBe(4)
    await window.go('/attention')
  })

  it('are one row, settled for all alike after a confirmation that says what happens on both sides', async () => {
    const { page } = window
    await page.getByText('For example Runner').waitFor()
    await window.picture('conflict-group')
    expect(await window.axe()).toEqual([])
    await tabTo(page, button('Keep ours for all…'))
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('alertdialog', { name: 'Keep ours for all 4?' })
    await dialog.getByText('Here nothing changes: our City stays.').waitFor()
    await dialog.getByText('At registration our values replace theirs in the next run.').waitFor()
    await window.picture('conflict-all')
    expect(await window.axe()).toEqual([])
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    expect(await open()).toBe(4)
    await button('Take theirs for all…').click()
    await page
      .getByRole('alertdialog')
      .getByRole('button', { name: 'Take theirs for all 4' })
      .click()
    await page.getByText('4 conflicts settled.').first().waitFor()
    await page.getByText('Nothing needs you').waitFor()
    for (const id of ids) expect(await office.here(id)).toMatchObject({ city: 'There' })
  })

  it('unfold to single ones, in dark and German too', async () => {
    const dark = await office.site.open({ theme: 'dark', language: 'de', size: [1024, 640] })
    await dark.go('/attention?kind=conflicts')
    await dark.page.getByRole('button', { name: 'Einzeln zeigen' }).click()
    await dark.page.getByRole('article', { name: 'Runner3 Berg' }).waitFor()
    await dark.picture('conflict-group-dark')
    expect(await dark.axe()).toEqual([])
    expect(dark.complaints).toEqual([])
    await dark.close()
    await office.site.engine.client.conflicts.resolve({ keep: 'ours' })
  })
})
