/**
 * A walk through the window on a lively race office. It keeps the README's pictures:
 * `MARSHAL_SCREENSHOTS=docs/screenshots npx vitest run test/renderer/readme-pictures.test.ts`
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { at } from '../targets/mock-sync-server/at-mock-sync.ts'
import { standInKey, startTagServer, type TagServerStandIn } from '../targets/tagserver/stand-in.ts'
import { startMockSync, type MockSyncStandIn } from '../targets/mock-sync-server/stand-in.ts'
import { startWindowSite, type OpenWindow, type WindowSite } from '../support/window.ts'

const firstNames = 'Ana,Ben,Clara,Dario,Elif,Finn,Greta,Hugo,Ida,Jonas,Kaya,Lena'.split(',')
const lastNames = 'Schmidt,Meyer,Rossi,Nguyen,Demir,Berg,Novak,Silva,Kowalski,Weber,Schmitz'.split(
  ',',
)
const cities = 'Hamburg,Lyon,Bergen,Porto,Graz,Brno'.split(',')

/** So many entrants that look like a start list; the same every time. */
function startList(count: number): string {
  const rows = Array.from({ length: count }, (_, at) => {
    const first = firstNames[at % firstNames.length] ?? ''
    const last = lastNames[(at * 7) % lastNames.length] ?? ''
    const born = `${1960 + (at % 45)}-0${1 + (at % 9)}-1${at % 10}`
    const email = `${first}.${last}.${at}@example.org`.toLowerCase()
    const tag = at % 3 === 0 ? `T-${1000 + at}` : ''
    const group = `Wave ${1 + (at % 4)}`
    return [
      101 + at,
      first,
      last,
      at % 2 ? 'M' : 'F',
      born,
      email,
      cities[at % 6],
      'Marathon',
      group,
      tag,
    ]
  })
  const head = 'bib,first_name,last_name,gender,date_of_birth,email,city,race,start_group,tag'
  return [head, ...rows.map((row) => row.join(','))].join('\n')
}

let site: WindowSite
let timing: TagServerStandIn
let registration: MockSyncStandIn
let window: OpenWindow

beforeAll(async () => {
  timing = await startTagServer()
  registration = await startMockSync()
  site = await startWindowSite({ schedule: true })
  await site.importEntrants(startList(600))
  await site.engine.client.targets.add({
    config: {
      name: 'timing-van',
      adapter: 'tagserver',
      url: timing.url,
      auth: 'api-key',
      secrets: { apiKey: standInKey },
    },
  })
  await site.engine.client.targets.add({
    config: {
      name: 'registration',
      adapter: 'mock-sync-server',
      url: registration.url,
      mode: 'mirror',
      conflicts: 'merge-fields',
    },
  })
  window = await site.open({ size: [1280, 800] })
})
afterAll(async () => {
  await site.close()
  await timing.stop()
  await registration.stop()
})

const states = async () => (await site.engine.client.status.get()).targets.map(({ state }) => state)

describe('A walk through the window', () => {
  it('checks an entrant in at the desk and shows the arrival at the timing van', async () => {
    const { page } = window
    await expect.poll(states, { timeout: 45_000 }).toEqual(['up-to-date', 'up-to-date'])
    await page.getByRole('combobox').and(page.locator(':focus')).waitFor()
    await page.keyboard.type('schm', { delay: 60 })
    await page.getByRole('option').nth(5).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Check in' }).and(page.locator(':focus')).waitFor()
    await page.keyboard.press('Enter')
    await page.getByTestId('signal').getByText('Checked in').waitFor()
    const card = page.getByRole('article')
    await expect
      .poll(() => card.getByText(/^Up to date, confirmed/).count(), { timeout: 30_000 })
      .toBe(2)
    await window.picture('desk')
    expect(window.complaints).toEqual([])
  })

  it('shows what was synced', async () => {
    await window.go('/sync')
    await window.page.getByText('timing-van').first().waitFor()
    await window.page.getByRole('table').getByText('First sync').first().waitFor()
    await window.picture('sync')
  })

  it('shows the guided set-up of a target', async () => {
    await window.go('/targets/new')
    await window.page.getByRole('heading', { level: 1, name: 'Connect a target' }).waitFor()
    await window.page.getByRole('button', { name: /^TagServer/ }).click()
    await window.page.getByText('Step 2 of 4').waitFor()
    await window.picture('target-setup')
  })

  it('shows what was changed on both sides, and a tag the timing system refuses', async () => {
    const { client } = site.engine
    await timing.load('tags', [{ number: 'T-9000' }]).catch(() => [])
    const [event] = await client.desk.events()
    const { rows } = await client.desk.search({ eventId: event!.id, query: 'kaya' })
    await client.desk.change({ id: rows[0]!.id, tag: 'T-9000' })
    const { records } = await client.records.list({ entity: 'person', query: 'greta' })
    const { id } = records[0]!
    const there = (await registration.records()).find((record) => record.id === id)!
    await client.records.set({
      entity: 'person',
      id,
      fields: { lastName: 'Berg-Novak', phone: '+49 40 555 0199' },
    })
    await registration.put([
      { ...there, lastName: 'Novak', phone: '+49 40 555 0137', timestamp: at(1) },
    ])
    await client.sync.run({ targets: ['registration', 'timing-van'] })
    await window.go('/attention')
    await window.page.getByRole('heading', { level: 1, name: 'Attention' }).waitFor()
    await window.page.getByRole('link', { name: /^Attention 2/ }).waitFor()
    const conflict = window.page.getByRole('article', { name: /^Greta/ })
    await conflict.getByRole('radio', { name: /^Last name: keep ours/ }).check()
    await conflict.getByRole('radio', { name: /^Phone: take/ }).check()
    await conflict.getByText('Phone: taken from registration').waitFor()
    await window.page.getByRole('button', { name: 'Show records' }).waitFor()
    await window.picture('attention')
    expect(await window.axe()).toEqual([])
  })

  it('shows the master data', async () => {
    await window.go('/data/eventParticipant')
    await window.page.getByRole('table').first().waitFor()
    await window.picture('data')
    expect(window.complaints).toEqual([])
    expect(await window.axe()).toEqual([])
  })
})
