/** Setting up a system nobody wrote an adapter for, by looking at one of its pages; and a synchronisation of OpenConnector. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { OpenWindow } from '../support/window.ts'
import { startHttp, type HttpStandIn } from '../targets/http/stand-in.ts'
import { openRaceOffice, tabTo, type RaceOffice } from './race-office.ts'

const key = 'club-key'
const members = [
  {
    memberNo: 'M-1',
    lastName: 'Silva',
    firstName: 'Ana',
    dateOfBirth: '1984-02-29',
    type: 'runner',
  },
  { memberNo: 'M-2', lastName: 'Berg', firstName: 'Bo', dateOfBirth: 'unknown', type: 'runner' },
]

let office: RaceOffice
let club: HttpStandIn
let window: OpenWindow

beforeAll(async () => {
  office = await openRaceOffice(12)
  club = await startHttp(key)
})
afterAll(async () => {
  await club.stop()
  await office.close()
})
beforeEach(async () => {
  await club.reset()
  await club.turn({ paging: 'next-link' })
  await club.load('members', members)
  window = await office.site.open()
  return async () => {
    await window.close()
    await office.reset()
  }
})

const button = (name: string | RegExp) => window.page.getByRole('button', { name })
const field = (name: string) => window.page.getByLabel(name, { exact: true })
/** Opens a list of choices with the keyboard: its face lies over the field. */
async function pick(name: string, option: string) {
  await field(name).first().focus()
  await window.page.keyboard.press('ArrowDown')
  await window.page.getByRole('option', { name: option, exact: true }).click()
}
const sample = () => window.page.getByRole('region', { name: 'A look at one page' })

async function describeClub() {
  await window.go('/targets/new?adapter=http')
  await field('Name').fill('club')
  await field('Address (URL)').fill(`${club.url}/api`)
  await pick('Sign-in', 'API key')
  await field('API key').fill(key)
  await field('Path of the list').fill('/members')
}

describe('A look at one page', () => {
  it('says where the records are, which is their id, how it goes on, and what they would be here', async () => {
    await describeClub()
    await button('Look at one page').click()
    // The usual names lead nowhere here.
    await sample().getByText('No records were found at this place.').waitFor()
    await button('data.items: 2 records').click()
    await sample().getByText('Ana', { exact: true }).waitFor()
    await sample()
      .getByText(/^Date of birth/)
      .first()
      .waitFor()
    const ids = sample().getByRole('group', { name: 'Which is the id?' })
    await ids.getByRole('button', { name: /^memberNo \(M-1\)/ }).click()
    await sample().getByText('M-2', { exact: true }).waitFor()
    await window.picture('http-sample')
    expect(await field('Where the records are').inputValue()).toBe('data.items')
    expect(await field('Where the id is').inputValue()).toBe('memberNo')
    expect(window.complaints).toEqual([])
  })

  it('a click on a value says which field it is here, and another click takes that back', async () => {
    await club.load('members', [{ id: 1, name: { given: 'Ana' }, family: 'Silva' }])
    await describeClub()
    await field('Where the records are').fill('data.items')
    await button('Look at one page').click()
    await sample().getByText('Nothing of it is known here').waitFor()
    await button(/^name\.given \(Ana\)/).click()
    await window.page.locator('.v-overlay--active').getByText('First name', { exact: true }).click()
    await sample().getByText('Ana', { exact: true }).waitFor()
    await button(/^family \(Silva\)/).click()
    await window.page.locator('.v-overlay--active').getByText('Last name', { exact: true }).click()
    await sample().getByText('Silva', { exact: true }).waitFor()
    await window.picture('http-sample-mapped')
    await button(/^name\.given \(Ana\).*First name/).click()
    await window.page.locator('.v-overlay--active').getByText('Take this choice back').click()
    await sample().getByText('Ana', { exact: true }).waitFor({ state: 'detached' })
    expect(window.complaints).toEqual([])
  })

  it('goes by keyboard, in a narrow window', async () => {
    const { page } = window
    await describeClub()
    await page.setViewportSize({ width: 400, height: 800 })
    await tabTo(page, button('Look at one page'))
    await page.keyboard.press('Enter')
    await tabTo(page, button('data.items: 2 records'))
    await page.keyboard.press('Enter')
    await sample().getByText('Ana', { exact: true }).waitFor()
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(wide).toBeLessThanOrEqual(400)
    await window.picture('http-sample-narrow')
    expect(window.complaints).toEqual([])
  })

  it('changes what can travel with the kind of record', async () => {
    await describeClub()
    await field('Where the records are').fill('data.items')
    await pick('Records are', 'Organisation')
    await button('Next').click()
    await window.page.getByLabel(/^Organisations/).waitFor()
    expect(await window.page.getByLabel(/^Persons/).count()).toBe(0)
    expect(window.complaints).toEqual([])
  })
})

it('a target of several kinds keeps the kinds that were chosen, also while a setting is half typed', async () => {
  const { client } = office.site.engine
  const settings = { path: '/members', also: [{ entity: 'organisation', path: '/clubs' }] }
  const place = { adapter: 'http', url: `${club.url}/api`, settings, entities: ['person' as const] }
  await client.targets.add({ config: { name: 'club', ...place }, paused: true })
  await window.go('/targets/club?tab=settings')
  const organisations = window.page.getByLabel(/^Organisations/).first()
  await organisations.waitFor()
  expect(await organisations.isChecked()).toBe(false)
  await window.page.getByText('Not saved yet').waitFor({ state: 'detached' })
  expect(window.complaints).toEqual([])
})

it('a synchronisation of OpenConnector is taken over, and what cannot be is named', async () => {
  const { page } = window
  await window.go('/targets')
  await button('Import').first().click()
  const synchronisation = {
    name: 'Members',
    sourceConfig: { endpoint: '/members', resultsPosition: 'data.items', usesPagination: 'false' },
    sourceTargetMapping: '17',
  }
  await field('Or paste it here').fill(JSON.stringify(synchronisation))
  await field('Address (URL)').fill(`${club.url}/api`)
  await page.getByText('sourceTargetMapping only names a mapping').waitFor()
  await window.picture('import-openconnector')
  await page.getByRole('dialog').getByRole('button', { name: 'Import' }).click()
  await page.getByText('Members was imported and is paused').first().waitFor()
  const { config } = await office.site.engine.client.targets.get({ name: 'Members' })
  expect(config).toMatchObject({
    adapter: 'http',
    direction: 'inbound',
    settings: { path: '/members', paging: 'none' },
  })
  expect(window.complaints).toEqual([])
})
