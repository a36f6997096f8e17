import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { looks, type OpenWindow } from '../support/window.ts'
import { openRaceOffice, type RaceOffice } from './race-office.ts'

let office: RaceOffice

const longWord = 'Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch'
const longName = 'Anmeldung Internationaler Donaudampfschifffahrts-Frühjahrslauf Bad Oeynhausen'

/** Some arrived, some refused, some held, and a second target at rest. */
beforeAll(async () => {
  office = await openRaceOffice(40)
  await office.timing.fault({
    match: { method: 'POST', path: '/api/people', bodyContains: 'Family2' },
    action: { kind: 'answer', status: 400, body: { detail: 'The e-mail address is blocked' } },
  })
  await office.connect('run')
  const { client } = office.site.engine
  await client.targets.add({
    config: { name: 'rehearsal', adapter: 'mock-sync-server', url: 'http://127.0.0.1:9' },
    paused: true,
  })
  await client.targets.add({
    config: { name: longName, adapter: 'mock-sync-server', url: 'http://127.0.0.1:9' },
    paused: true,
  })
  const [event] = await client.desk.events()
  const { rows } = await client.desk.search({ eventId: event!.id, query: 'Runner3' })
  await client.desk.change({
    id: rows[0]!.id,
    lastName: longName.replaceAll(' ', '-'),
    city: longWord,
  })
  await office.settled('attention')
})
afterAll(() => office.close())

/** Address of each page, and what is there once it is read, in every language. */
const pages: readonly (readonly [name: string, address: string, there: (page: Page) => Locator])[] =
  [
    ['sync', '/sync', (page) => page.getByRole('article', { name: 'timing-van' })],
    ['attention', '/attention', (page) => page.getByText('The e-mail address is blocked')],
    ['targets', '/targets', (page) => page.getByRole('button', { name: /TagServer/ })],
    [
      'targets-new',
      '/targets/new?adapter=mock-sync-server',
      (page) => page.getByLabel(/^(Changes per request|Änderungen je Anfrage)/),
    ],
    ['targets-overview', '/targets/timing-van', (page) => page.getByText(office.timing.url)],
    [
      'targets-settings',
      '/targets/timing-van?tab=settings',
      (page) => page.getByLabel(/^(Records per step|Datensätze je Schritt)/),
    ],
    [
      'targets-records',
      '/targets/timing-van?tab=records&state=failed',
      (page) => page.getByText('The e-mail address is blocked').first(),
    ],
    ['targets-both-ways', '/targets/rehearsal', (page) => page.getByText('http://127.0.0.1:9')],
    [
      'targets-graph',
      '/targets/timing-van?tab=graph',
      (page) => page.getByText('start-group-participants'),
    ],
  ]

describe.each(looks)('In $theme and $language', (look) => {
  let window: OpenWindow
  beforeAll(async () => {
    window = await office.site.open(look)
  })
  afterAll(() => window.close())

  /** How far parts of the page reach beyond their frame, tables apart, which scroll. */
  const tooWide = () =>
    window.page.evaluate(() =>
      [...document.querySelectorAll('main, main *')]
        .filter((part) => !part.matches('.m-table-frame, .m-visually-hidden, input, textarea, pre'))
        .filter((part) => /auto|scroll/.test(getComputedStyle(part).overflowX))
        .map((part) => part.scrollWidth - part.clientWidth)
        .filter((beyond) => beyond > 0),
    )

  it('long names of entrants and targets stay within their frames', async () => {
    const { page } = window
    // As fast as a machine types it would be a scanner's.
    await page.keyboard.type('Runner3 Anmeldung', { delay: 60 })
    await page.getByRole('option', { name: /Donaudampf/ }).waitFor()
    await page.keyboard.press('Enter')
    await page
      .getByRole('article', { name: /Donaudampf/ })
      .getByText(longName)
      .waitFor()
    await window.picture(`desk-long-${look.theme}-${look.language}`)
    expect(await tooWide()).toEqual([])
    await window.go('/settings')
    const address = page.getByText(encodeURIComponent(longName))
    expect((await address.boundingBox())!.width).toBeGreaterThan(300)
    expect(await tooWide()).toEqual([])
  })

  it.each(pages)('%s is accessible and fits its width', async (name, address, there) => {
    const { page } = window
    await window.go(address)
    await there(page).waitFor()
    await page.getByRole('status', { name: /Loading|geladen/ }).waitFor({ state: 'hidden' })
    await window.picture(`${name}-${look.theme}-${look.language}`)
    expect(await window.axe()).toEqual([])
    expect(await tooWide()).toEqual([])
    expect(window.complaints).toEqual([])
  })
})
