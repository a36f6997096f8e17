/** A volunteer's ten jobs by keyboard and scanner alone, each with the most keys and scans it may take. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startWindowSite, type OpenWindow, type WindowSite } from '../support/window.ts'

const runners = Array.from(
  { length: 20 },
  (_, at) => `${501 + at},Runner,No${at},,Marathon,Wave 3,`,
)
const startList = `bib,first_name,last_name,date_of_birth,race,start_group,tag
11,Anna,Meier,1990-01-20,Marathon,Wave 1,
12,Ana,Schmidt,1987-05-04,Marathon,Wave 1,
00258,Noor,Haddad,,Marathon,Wave 2,
,Lea,Brandt,,Marathon,Wave 2,QR-LEA1
301,Jan,Smit,1985-03-12,Marathon,Wave 2,
302,Jan,Smit,1991-11-02,Marathon,Wave 3,
401,Uma,Rao,,Marathon,Wave 3,
402,Vic,Sand,,Marathon,Wave 3,
${runners.join('\n')}
`

let site: WindowSite
let window: OpenWindow
let eventId: string
let actions = 0

beforeAll(async () => {
  site = await startWindowSite()
  await site.importEntrants(startList)
  eventId = (await site.engine.client.desk.events())[0]!.id
  window = await site.open()
})
afterAll(() => site.close())
beforeEach(async () => {
  await window.page.getByRole('combobox').and(window.page.locator(':focus')).waitFor()
  actions = 0
})
afterEach(() => expect(window.complaints).toEqual([]))

/** Slower than any scanner. */
async function type(text: string) {
  actions += text.length
  await window.page.keyboard.type(text, { delay: 55 })
}
async function press(...keys: readonly string[]) {
  for (const key of keys) {
    actions += 1
    await window.page.keyboard.press(key)
  }
}
async function scan(code: string) {
  actions += 1
  await window.scan(code)
}
const card = (name: string) => window.page.getByRole('article', { name })
const signal = (words: string) =>
  window.page.getByTestId('signal').getByText(words).first().waitFor()
const message = (words: string) =>
  window.page.getByRole('region', { name: 'Messages' }).getByText(words).waitFor()
async function entrant(query: string) {
  const { rows } = await site.engine.client.desk.search({ eventId, query })
  return site.engine.client.desk.entrant({ id: rows[0]!.id })
}
/** Types, and opens whoever comes first. */
async function open(text: string, name: string) {
  await type(text)
  await window.page.getByRole('option', { name, selected: true }).waitFor()
  await press('Enter')
  await card(name).getByRole('textbox', { name: 'Bib' }).waitFor()
}
const toSearch = () => window.page.keyboard.press('F2')

describe('The ten jobs of a volunteer', () => {
  it('1. finds Anna Meier by two letters of each name and checks her in: 7', async () => {
    await open('an me', 'Anna Meier')
    await press('Enter')
    await signal('Checked in')
    expect((await entrant('meier')).status).toBe('checkedIn')
    expect(actions).toBeLessThanOrEqual(7)
  })

  it('2. finds bib 258: 4', async () => {
    await open('258', 'Noor Haddad')
    expect(actions).toBeLessThanOrEqual(4)
    await toSearch()
  })

  it('3. scans a code and hands out the bib: 5', async () => {
    await scan('QR-LEA1')
    await card('Lea Brandt').getByRole('textbox', { name: 'Bib' }).waitFor()
    await press('F4')
    await type('77')
    await press('Enter')
    await message('Saved: Lea Brandt (77)')
    expect(actions).toBeLessThanOrEqual(5)
  })

  it('4. scans bib and tag twenty times: 42 with the way there and back', async () => {
    await press('F6')
    await window.page.getByRole('textbox').and(window.page.locator(':focus')).waitFor()
    for (let at = 0; at < 20; at++) {
      await scan(String(501 + at))
      await scan(`TAG-${at}`)
    }
    await window.page.getByText('20 tags handed out').waitFor()
    await press('Escape')
    expect((await entrant('520')).tag).toBe('TAG-19')
    expect(actions).toBeLessThanOrEqual(42)
  })

  it('5. tells two Jan Smits apart by birth date: 14', async () => {
    await type('jan smit 1991')
    await expect.poll(() => window.page.getByRole('option').count()).toBe(1)
    await press('Enter')
    await card('Jan Smit').getByText('302').first().waitFor()
    expect(actions).toBeLessThanOrEqual(14)
    await toSearch()
  })

  it('6. adds a walk-up with the birth date as it is said: 24', async () => {
    await press('F8')
    await window.page
      .getByRole('textbox', { name: 'First name' })
      .and(window.page.locator(':focus'))
      .waitFor()
    await type('Ada')
    await press('Tab')
    await type('Moss')
    await press('Tab', 'Tab')
    await type('4 May 1987')
    await press('Enter')
    await signal('Ada Moss')
    expect((await entrant('moss')).dateOfBirth).toBe('1987-05-04')
    expect(actions).toBeLessThanOrEqual(24)
  })

  it('7. is told who has a bib, and gives another one: 12', async () => {
    await open('rao', 'Uma Rao')
    await press('F4')
    await type('11')
    await press('Enter')
    await signal('Not saved: Bib')
    await signal('Show Anna Meier (11)')
    await window.page
      .getByRole('textbox', { name: 'Bib' })
      .and(window.page.locator(':focus'))
      .waitFor()
    await type('403')
    await press('Enter')
    await message('Saved: Uma Rao (403)')
    expect(actions).toBeLessThanOrEqual(12)
  })

  it('8. takes a wrong check-in back after three more: 6', async () => {
    for (const query of ['sand', '501', '502', '503']) {
      await site.engine.client.desk.checkIn({ id: (await entrant(query)).id })
    }
    await open('vic', 'Vic Sand')
    await card('Vic Sand').and(window.page.locator(':focus')).waitFor()
    await press('Tab', 'Enter')
    await message('Check-in of Vic Sand undone')
    expect((await entrant('sand')).status).toBe('registered')
    expect(actions).toBeLessThanOrEqual(6)
  })

  it('9. changes a start group, and checks in with it: 9', async () => {
    await open('rao', 'Uma Rao')
    await press('Tab', 'ArrowDown')
    await window.page.getByRole('option', { name: 'Wave 1', exact: true }).waitFor()
    await press('Home', 'Enter', 'F9')
    await signal('Checked in')
    expect((await entrant('rao')).startGroup).toBe('Wave 1')
    expect(actions).toBeLessThanOrEqual(9)
  })

  it('10. says how many are still missing in wave 3: 11', async () => {
    const [event] = await site.engine.client.desk.events()
    const startGroupId = event!.startGroups.find(({ name }) => name === 'Wave 3')!.id
    const { matching } = await site.engine.client.desk.search({
      eventId,
      query: '',
      filter: { missing: ['checkIn'], startGroupId },
    })
    await press('Escape', 'Tab', 'Space', 'Tab', 'Tab', 'Tab', 'Tab', 'ArrowDown')
    await window.page.getByRole('option', { name: 'Wave 3', exact: true }).waitFor()
    await press('End', 'Enter')
    await window.page.getByRole('status').getByText(`${matching} entrants`).waitFor()
    expect(actions).toBeLessThanOrEqual(11)
  })
})
