import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { looks, type OpenWindow } from '../support/window.ts'
import { openRaceOffice, type RaceOffice } from './race-office.ts'

let office: RaceOffice

/** Some arrived, some refused, some held, and a second target at rest. */
beforeAll(async () => {
  office = await openRaceOffice(40)
  await office.timing.fault({
    match: { method: 'POST', path: '/api/people', bodyContains: 'Family2' },
    action: { kind: 'answer', status: 400, body: { detail: 'The e-mail address is blocked' } },
  })
  await office.connect('run')
  await office.site.engine.client.targets.add({
    config: { name: 'rehearsal', adapter: 'mock-sync-server', url: 'http://127.0.0.1:9' },
    paused: true,
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
      (page) => page.getByLabel('Changes per request'),
    ],
    ['targets-overview', '/targets/timing-van', (page) => page.getByText(office.timing.url)],
    [
      'targets-settings',
      '/targets/timing-van?tab=settings',
      (page) => page.getByLabel('Records per step'),
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

  it.each(pages)('%s is accessible and fits its width', async (name, address, there) => {
    const { page } = window
    await window.go(address)
    await there(page).waitFor()
    await page.getByRole('status', { name: /Loading|geladen/ }).waitFor({ state: 'hidden' })
    await window.picture(`${name}-${look.theme}-${look.language}`)
    expect(await window.axe()).toEqual([])
    const tooWide = await page.evaluate(() => {
      const main = document.querySelector('main')
      return main ? main.scrollWidth - main.clientWidth : 0
    })
    expect(tooWide).toBe(0)
    expect(window.complaints).toEqual([])
  })
})
