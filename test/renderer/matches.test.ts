import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { OpenWindow } from '../support/window.ts'
import { tabTo } from './race-office.ts'
import { openSharedOffice, type SharedOffice } from './shared-office.ts'

let office: SharedOffice
let window: OpenWindow

const button = (name: string | RegExp) => window.page.getByRole('button', { name })
const focused = () => window.page.locator(':focus')
const persons = async () =>
  (await office.site.engine.client.records.list({ entity: 'person', limit: 1000 })).records
const total = async () => (await office.site.engine.client.matches.list({})).total

describe('Where this side leads', () => {
  /** Two people here fit one there, and several there fit nobody here. */
  beforeAll(async () => {
    office = await openSharedOffice()
    await office.connect({ mode: 'master-leads', sensitive: ['person.medicalConditions'] })
    const ana = { firstName: 'Ana', lastName: 'Silva', email: 'ana@example.org' }
    await office.person({ ...ana, city: 'Porto', medicalConditions: 'Asthma' })
    await office.person({ ...ana, city: 'Lisboa', dateOfBirth: '1990-05-04' })
    await office.editThere('t-ana', {
      ...ana,
      city: 'Porto',
      dateOfBirth: '1990-05-04',
      medicalConditions: 'Asthma',
    })
    for (const name of ['Bo', 'Cleo', 'Dario', 'Elif', 'Finn', 'Greta', 'Hugo']) {
      await office.editThere(`t-${name}`, { firstName: name, lastName: 'Costa', city: 'Graz' })
    }
    await office.sync()
  })
  afterAll(() => office.close())
  beforeEach(async () => {
    window = await office.site.open({ size: [1280, 800], at: '/attention' })
    return () => window.close()
  })

  it('lists what one side alone knows, by kind and with counts, each at an address of its own', async () => {
    const { page } = window
    const kinds = page.getByRole('navigation', { name: 'What waits' })
    await kinds.getByRole('link', { name: 'Everything', exact: true }).waitFor()
    await kinds.getByRole('link', { name: 'Possible matches 1' }).waitFor()
    await page.getByRole('link', { name: 'Show 7' }).waitFor()
    await expect.poll(() => page.getByRole('row').filter({ hasText: 'Costa' }).count()).toBe(5)
    await window.picture('matches-everything')
    expect(await window.axe()).toEqual([])
    await kinds.getByRole('link', { name: 'Only there 7' }).click()
    await page.waitForURL(/#\/attention\?kind=remote$/)
    await expect.poll(() => page.getByRole('row').filter({ hasText: 'Costa' }).count()).toBe(7)
    await window.picture('matches-remote')
    expect(await window.axe()).toEqual([])
    expect(window.complaints).toEqual([])
  })

  it('fits a small dark window in German', async () => {
    const small = await office.site.open({ theme: 'dark', language: 'de', size: [1024, 640] })
    await small.go('/attention')
    await small.page.getByText('2 Datensätze hier passen gleich gut.').waitFor()
    await small.picture('matches-dark')
    expect(await small.axe()).toEqual([])
    await small.go('/attention?kind=remote')
    await small.page.getByRole('button', { name: 'Hier anlegen: Hugo Costa' }).waitFor()
    await small.picture('matches-remote-dark')
    const tooWide = await small.page.evaluate(() => {
      const main = document.querySelector('main')
      return main ? main.scrollWidth - main.clientWidth : 0
    })
    expect(tooWide).toBe(0)
    expect(small.complaints).toEqual([])
    await small.close()
  })

  it('shows a possible match side by side, sensitive fields hidden, and links it by keyboard', async () => {
    const { page } = window
    await window.go('/attention?kind=possible')
    const card = page.getByRole('article', { name: 'Ana Silva' })
    await card.getByText('2 records here fit equally well.').waitFor()
    await card.getByRole('row', { name: /City/ }).getByLabel('differs').waitFor()
    expect(await card.getByText('Asthma').count()).toBe(0)
    await card.getByRole('button', { name: 'Show sensitive values' }).click()
    await card.getByText('Asthma').first().waitFor()
    await window.picture('matches-possible')
    expect(await window.axe()).toEqual([])
    await tabTo(page, card.getByRole('button', { name: 'Same: link, 2: Ana Silva' }))
    const before = await persons()
    await page.keyboard.press('Enter')
    await page.getByText('Linked.').first().waitFor()
    await page.getByText('Nothing here needs you').waitFor()
    const linked = (await persons()).find(
      ({ targets }) => targets['registration']?.remoteId === 't-ana',
    )
    expect(linked?.dateOfBirth).toBe('1990-05-04')
    expect(await persons()).toHaveLength(before.length)
  })

  it('makes a record of the target one of ours, and the keyboard goes on with the next', async () => {
    const { page } = window
    await window.go('/attention?kind=remote')
    await button('Make it a record here: Bo Costa').click()
    await page.getByText('One record created here.').first().waitFor()
    await expect.poll(() => focused().textContent()).toBe('Cleo Costa')
    expect((await persons()).map(({ display }) => display)).toContain('Bo Costa')
  })

  it('links it to a record somebody looks up', async () => {
    const { page } = window
    const mine = await office.person({ firstName: 'Cleopatra', lastName: 'Costa-Berg' })
    await window.go('/attention?kind=remote')
    const dialog = page.getByRole('dialog')
    const linkTo = async (typed: string, name: string) => {
      await button('Link to… Cleo Costa').click()
      await dialog.getByText('registration has “Cleo Costa”.').waitFor()
      await dialog.getByRole('combobox', { name: 'Person here' }).fill(typed)
      await page.getByRole('option', { name }).click()
    }
    await linkTo('Bo', 'Bo Costa')
    await dialog.getByRole('button', { name: 'Link', exact: true }).click()
    await page
      .getByRole('row')
      .getByText(/Bo Costa is linked to/)
      .waitFor()
    await linkTo('Cleopatra', 'Cleopatra Costa-Berg')
    await window.picture('matches-link')
    expect(await window.axe()).toEqual([])
    await dialog.getByRole('button', { name: 'Link', exact: true }).click()
    await page.getByText('Linked.').first().waitFor()
    expect((await office.here(mine.id)).targets['registration']?.remoteId).toBe('t-Cleo')
    await expect.poll(() => focused().textContent()).toBe('Dario Costa')
  })

  it('decides several alike, after a confirmation', async () => {
    const { page } = window
    await window.go('/attention?kind=remote')
    const left = await total()
    await page.getByLabel('Select Dario Costa').check()
    await page.getByLabel('Select Elif Costa').check()
    await page.getByText('2 selected').waitFor()
    await button('Leave 2').click()
    const dialog = page.getByRole('alertdialog', { name: 'Leave 2?' })
    await dialog.getByText('They stay at the target').waitFor()
    await dialog.getByRole('button', { name: 'Leave 2' }).click()
    await page.getByText('2 left where they are.').first().waitFor()
    await expect.poll(() => focused().textContent()).toBe('Finn Costa')
    expect(await total()).toBe(left - 2)
    await button(/^Make all \d records here…$/).click()
    await page.getByRole('alertdialog').getByRole('button', { name: /^Make/ }).click()
    await page
      .getByText(/records created here/)
      .first()
      .waitFor()
    await page.getByText('Nothing here needs you').waitFor()
    expect(await total()).toBe(0)
  })
})

describe('Where the target leads', () => {
  beforeAll(async () => {
    office = await openSharedOffice()
    await office.connect({ mode: 'target-leads' })
    const rows = Array.from({ length: 120 }, (_, at) => `Runner${at},Family${at}`)
    await office.site.importEntrants(['first_name,last_name', ...rows].join('\n'))
    await office.sync()
  })
  afterAll(() => office.close())
  beforeEach(async () => {
    window = await office.site.open({ size: [1280, 800] })
    return () => window.close()
  })

  it('offers what is only here page by page, and sends what somebody chooses', async () => {
    const { page } = window
    await window.go('/attention?kind=local')
    const rows = page.getByRole('row')
    await page.getByText(/^1–50 of \d+$/).waitFor()
    await expect.poll(() => rows.count()).toBe(51)
    await button('Next page').click()
    await page.getByText(/^51–100 of \d+$/).waitFor()
    await button('Previous page').click()
    await window.picture('matches-local')
    expect(await window.axe()).toEqual([])
    const before = await total()
    await button('Send Runner0 Family0').click()
    await page.getByText('One record will be sent.').first().waitFor()
    expect(await total()).toBe(before - 1)
    await office.sync()
    expect((await office.registration.records()).map(({ firstName }) => firstName)).toEqual([
      'Runner0',
    ])
  })
})
