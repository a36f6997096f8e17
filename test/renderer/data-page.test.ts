import { read, utils } from '@e965/xlsx'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { RecordView } from '../../main/contract/records.ts'
import { looks, startWindowSite, type OpenWindow, type WindowSite } from '../support/window.ts'
import { startList } from './start-list.ts'

let site: WindowSite
beforeAll(async () => {
  site = await startWindowSite()
  await site.importEntrants(startList)
})
afterAll(() => site.close())

async function entry(name: string): Promise<RecordView> {
  const { records } = await site.engine.client.records.list({
    entity: 'eventParticipant',
    query: name,
  })
  return records[0]!
}

describe('The data page', () => {
  let window: OpenWindow
  beforeEach(async () => {
    window = await site.open()
    return () => window.close()
  })
  const row = (name: string | RegExp) =>
    window.page.getByRole('table').getByRole('button', { name })
  const panel = (name: string | RegExp) => window.page.getByRole('complementary', { name })
  const openEntry = async (name: string) => {
    const { id, display } = await entry(name)
    await window.go(`/data/eventParticipant?id=${id}`)
    await panel(display).getByLabel('Bib').waitFor()
    return { id, panel: panel(display) }
  }

  it('lists every kind with its count and names what references point to', async () => {
    const { page } = window
    await window.go('/data')
    await page.getByRole('link', { name: 'Event participants 5' }).click()
    await row('Bo Müller (007)').waitFor()
    const cells = page.getByRole('row', { name: /Bo Müller/ }).getByRole('cell')
    await expect
      .poll(async () => (await cells.allTextContents()).slice(2, 5))
      .toEqual(['007', 'Spring Classic', 'T-0007'])
    expect(window.complaints).toEqual([])
  })

  it('is searched, opened, changed and saved by keyboard alone, and the history tells who did it', async () => {
    const { page } = window
    await window.go('/data/person')
    await row('Anna Schmitt').waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('demir')
    await expect.poll(() => page.locator('tbody').getByRole('button').count()).toBe(1)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await panel('Çelik Demir').getByLabel('City').focus()
    await page.keyboard.press('Control+A')
    await page.keyboard.type('Ankara')
    await page.keyboard.press('Enter')
    await page.getByText('Saved: Çelik Demir').first().waitFor()
    await page.getByRole('tab', { name: 'History' }).click()
    const first = panel('Çelik Demir').getByRole('listitem').first()
    await first.getByText('Changed').waitFor()
    expect(await first.textContent()).toMatch(/Desk 1 · by hand.*City.*Istanbul.*Ankara/s)
    await page.keyboard.press('Escape')
    await expect.poll(() => panel(/./).count()).toBe(0)
    await page.locator(':focus').and(page.getByText('Çelik Demir')).waitFor()
  })

  it('takes a saved change back', async () => {
    const { page } = window
    const { panel: opened, id } = await openEntry('Nguyen')
    await opened.getByLabel('Category').fill('W99')
    await opened.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('Undone').first().waitFor()
    const record = await site.engine.client.records.get({ entity: 'eventParticipant', id })
    expect(record['category']).toBe('W20')
  })

  it('refuses a bib somebody has, at its field, and leads to who has it', async () => {
    const { page } = window
    const { panel: opened, id } = await openEntry('Nguyen')
    await opened.getByLabel('Bib').fill('120')
    await page.keyboard.press('Enter')
    await opened.getByText('Bib 120 belongs to Çelik Demir.').waitFor()
    await opened.getByLabel('Bib').and(page.locator(':focus')).waitFor()
    expect(await opened.getByLabel('Bib').inputValue()).toBe('120')
    const record = await site.engine.client.records.get({ entity: 'eventParticipant', id })
    expect(record['number']).toBeNull()
    await opened.getByRole('link', { name: 'Show Çelik Demir (120)' }).click()
    await panel('Çelik Demir (120)').getByLabel('Bib').waitFor()
    await expect.poll(() => panel('Çelik Demir (120)').getByLabel('Bib').inputValue()).toBe('120')
  })

  it('saves what fits beside what is refused; Escape restores the refused field first', async () => {
    const { page } = window
    const opened = await openEntry('Demir')
    await opened.panel.getByLabel('Bib').fill('12')
    await opened.panel.getByLabel('Team').fill('Night shift')
    await page.keyboard.press('Enter')
    await opened.panel.getByText('Not saved: Bib').waitFor()
    await opened.panel.getByText('Saved: Team').waitFor()
    await opened.panel.getByText('Bib 12 belongs to Ana Schmidt.').waitFor()
    const { client } = site.engine
    const read = () => client.records.get({ entity: 'eventParticipant', id: opened.id })
    expect(await read()).toMatchObject({ number: '120', team: 'Night shift' })
    await opened.panel.getByLabel('Bib').press('Escape')
    await expect.poll(() => opened.panel.getByLabel('Bib').inputValue()).toBe('120')
    await opened.panel.getByText('belongs to Ana Schmidt').waitFor({ state: 'hidden' })
    await client.records.set({ entity: 'eventParticipant', id: opened.id, fields: { team: null } })
  })

  it('takes days and times as text, says them back, and drops nothing it cannot read', async () => {
    const { page } = window
    const { client } = site.engine
    const { id } = await client.records.set({
      entity: 'person',
      fields: { lastName: 'Leapling', dateOfBirth: '1990-07-01' },
    })
    await window.go(`/data/person?id=${id}`)
    const born = panel('Leapling').getByLabel('Date of birth')
    await expect.poll(() => born.inputValue()).toBe('07/01/1990')
    await born.fill('02/29/1990')
    await panel('Leapling').getByLabel('City', { exact: true }).fill('x'.repeat(600))
    await panel('Leapling').getByLabel('Street').fill('Long Lane 1')
    await page.keyboard.press('Enter')
    await panel('Leapling').getByText('The calendar has no such day.').waitFor()
    await panel('Leapling').getByText('At most 500 characters; these are 600.').waitFor()
    expect(await born.inputValue()).toBe('02/29/1990')
    const stored = async () => client.records.get({ entity: 'person', id })
    await expect.poll(async () => (await stored())['street']).toBe('Long Lane 1')
    expect(await stored()).toMatchObject({ dateOfBirth: '1990-07-01', city: null })
    await panel('Leapling').getByRole('button', { name: 'Discard' }).click()

    const event = (await client.records.list({ entity: 'event' })).records[0]!
    await window.go(`/data/event?id=${event.id}`)
    const starts = panel(event.display).getByLabel('Starts')
    await starts.fill('4/20/2026')
    await page.keyboard.press('Enter')
    await panel(event.display)
      .getByText(/^The time of day is missing/)
      .waitFor()
    await starts.fill('4/20/2026 9:30 am')
    await panel(event.display).getByText('Apr 20, 2026, 9:30 AM').waitFor()
    await page.keyboard.press('Enter')
    await expect
      .poll(
        async () => (await client.records.get({ entity: 'event', id: event.id }))['startDateTime'],
      )
      .toBe('2026-04-20T09:30:00Z')
  })

  it('keeps what was typed over another page and a reload until it is saved or discarded', async () => {
    const { page } = window
    const { panel: opened } = await openEntry('Müller')
    await opened.getByLabel('Team').fill('Night shift')
    await window.go('/sync')
    await page.getByRole('heading', { name: 'Sync', level: 1 }).waitFor()
    const { id } = await entry('Müller')
    await window.go(`/data/eventParticipant?id=${id}`)
    await page.reload()
    await expect.poll(() => opened.getByLabel('Team').inputValue()).toBe('Night shift')
    await opened.getByRole('button', { name: 'Discard' }).click()
    await expect.poll(() => opened.getByLabel('Team').inputValue()).toBe('')
  })

  it('creates a record with a reference found by typing, and shows what is missing at its field', async () => {
    const { page } = window
    await window.go('/data/startGroup')
    await row('Wave 1').waitFor()
    await page.getByRole('button', { name: 'New' }).click()
    const form = panel('New: Start group')
    await form.getByLabel('Name').fill('Wave 9')
    await page.keyboard.press('Enter')
    await form.locator('[data-field=race]').getByText('Please fill this in.').waitFor()
    await form.getByRole('combobox', { name: 'Race' }).click()
    await page.keyboard.type('mara')
    await page.getByRole('option', { name: 'Marathon' }).click()
    await form.getByRole('button', { name: 'Create' }).click()
    await page.getByText('Created: Wave 9').first().waitFor()
    await panel('Wave 9').waitFor()
    await row('Wave 9').waitFor()
  })

  it('asks once before a deletion and lists what goes along', async () => {
    const { page } = window
    const { client } = site.engine
    const { id: event } = await client.records.set({ entity: 'event', fields: { name: 'Gone' } })
    const { id: race } = await client.records.set({
      entity: 'race',
      fields: { event, name: 'Gone 10k' },
    })
    for (let n = 1; n <= 7; n++)
      await client.records.set({ entity: 'startGroup', fields: { race, name: `Old ${n}` } })
    await window.go(`/data/race?id=${race}`)
    await panel('Gone 10k').getByRole('button', { name: 'Delete…' }).click()
    const dialog = page.getByRole('alertdialog')
    await dialog.getByText('Start groups: 7').waitFor()
    await dialog.getByText('Old 1, Old 2, Old 3, Old 4, Old 5 and 2 more').waitFor()
    await window.picture('data-delete-along')
    expect(await window.axe()).toEqual([])
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await panel('Gone 10k').getByRole('button', { name: 'Delete…' }).click()
    await dialog.getByRole('button', { name: 'Delete all 8' }).click()
    await page.getByText('Deleted: Gone 10k, and 7 with it').first().waitFor()
    expect((await client.records.get({ entity: 'event', id: event })).deletedOn).toBeNull()
    const left = await client.records.list({ entity: 'startGroup', where: { race } })
    expect(left.records).toEqual([])
  })

  it('says who stays and only loses the deleted one', async () => {
    const { page } = window
    const { client } = site.engine
    const tag = await client.records.set({ entity: 'tag', fields: { number: 'T-77' } })
    const { id } = await entry('Anna Schmitt')
    await client.records.set({ entity: 'eventParticipant', id, fields: { tag: tag.id } })
    await window.go(`/data/tag?id=${tag.id}`)
    await panel('T-77').getByRole('button', { name: 'Delete…' }).click()
    const dialog = page.getByRole('alertdialog')
    await dialog.getByText('Stay, and lose it').waitFor()
    await dialog.getByText('Event participant: 1 – Tag').waitFor()
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByText('Deleted: T-77').first().waitFor()
    const kept = await client.records.get({ entity: 'eventParticipant', id })
    expect(kept).toMatchObject({ tag: null, deletedOn: null })
  })

  it('deletes after asking, and shows deleted ones to who wants to see them', async () => {
    const { page } = window
    const dialog = page.getByRole('alertdialog')
    const tag = await site.engine.client.records.set({ entity: 'tag', fields: { number: 'T-9' } })
    await window.go(`/data/tag?id=${tag.id}`)
    await panel('T-9').getByRole('button', { name: 'Delete…' }).click()
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await page.getByText('Deleted: T-9').first().waitFor()
    await expect.poll(() => row('T-9').count()).toBe(0)
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    await page.getByLabel('Show deleted records too').check()
    await page.keyboard.press('Escape')
    await page.getByRole('row', { name: /T-9 Deleted/ }).waitFor()
  })

  it('keeps sensitive details out of the page until somebody asks for them', async () => {
    const { page } = window
    const person = (await site.engine.client.records.list({ entity: 'person', query: 'Bo Müller' }))
      .records[0]!
    await site.engine.client.records.set({
      entity: 'person',
      id: person.id,
      fields: { medicalConditions: 'Bee stings' },
    })
    await window.go(`/data/person?id=${person.id}`)
    await panel('Bo Müller').getByLabel('City').waitFor()
    expect(await page.content()).not.toContain('Bee stings')
    await page.getByRole('tab', { name: 'History' }).click()
    await panel('Bo Müller').getByText('hidden', { exact: true }).waitFor()
    expect(await page.content()).not.toContain('Bee stings')
    await page.getByRole('tab', { name: 'Details' }).click()
    await page.getByRole('button', { name: 'Show sensitive details' }).click()
    expect(await page.getByLabel('Medical conditions').inputValue()).toBe('Bee stings')
  })

  it('tells for every target whether the record has arrived there', async () => {
    await site.engine.client.targets.add({
      config: { name: 'far away', adapter: 'mock-sync-server', url: 'http://127.0.0.1:9' },
      paused: true,
    })
    const { records } = await site.engine.client.records.list({
      entity: 'person',
      query: 'Schmitt',
    })
    await window.go(`/data/person?id=${records[0]!.id}`)
    await window.page.getByRole('tab', { name: 'Targets (1)' }).click()
    const item = panel('Anna Schmitt').getByRole('listitem')
    await item.getByText('Waiting to be sent').waitFor()
    await item.getByRole('link', { name: 'far away' }).waitFor()
    await site.engine.client.targets.remove({ name: 'far away' })
  })

  it('goes from a person to their entries and saves a list as a file', async () => {
    const { page } = window
    const person = (await site.engine.client.records.list({ entity: 'person', query: 'Bo Müller' }))
      .records[0]!
    await window.go(`/data/person?id=${person.id}`)
    await panel('Bo Müller').getByRole('link', { name: 'Event participants' }).click()
    await page.getByText('Person: Bo Müller').waitFor()
    await expect.poll(() => page.locator('tbody').getByRole('button').count()).toBe(1)
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Export' }).click()
    await page.getByText('Entrants (start list) as CSV').click()
    const file = await download
    expect(file.suggestedFilename()).toMatch(/^marshal-entrant-.*\.csv$/)
    let text = ''
    for await (const piece of await file.createReadStream()) text += String(piece)
    expect(text).toContain('007')
    expect(text).toContain('Müller')

    const workbook = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Export' }).click()
    await page.getByText('Entrants (start list) as XLSX').click()
    const pieces: Buffer[] = []
    for await (const piece of await (await workbook).createReadStream())
      pieces.push(piece as Buffer)
    const { Sheets } = read(Buffer.concat(pieces))
    expect(utils.sheet_to_csv(Sheets['entrant']!)).toMatch(/007,.*Müller/)
  })
})

describe('A long list', () => {
  it('is turned page by page and stays quick to the touch', async () => {
    const lines = Array.from({ length: 2500 }, (_, at) => `${at + 1000},First,Runner${at},M`)
    await site.importEntrants(['bib,first_name,last_name,gender', ...lines].join('\n'))
    const window = await site.open({ at: '/data/eventParticipant' })
    const { page } = window
    await page.getByText('1–100 of 2,505').waitFor()
    await page.getByRole('button', { name: 'Next page' }).click()
    await page.getByText('101–200 of 2,505').waitFor()
    await page.getByRole('button', { name: 'Previous page' }).click()
    await page.getByText('1–100 of 2,505').waitFor()
    expect(await page.getByRole('row').count()).toBe(101)
    await window.close()
  })
})

describe('Many records at once', () => {
  it('are sorted, narrowed by any field, changed together, and taken back', async () => {
    const window = await site.open({ at: '/data/person?is.gender=male' })
    const { page } = window
    const men = async () => {
      const where = { gender: 'male' }
      const sort = { field: 'city', descending: true }
      return (await site.engine.client.records.list({ entity: 'person', where, sort })).records
    }
    const cities = async () => (await men()).map((record) => record['city'])
    const names = async () =>
      (await page.locator('tbody [data-open]').allTextContents()).map((name) => name.trim())
    const before = await men()
    await page.getByRole('button', { name: 'City', exact: true }).click()
    await page.getByRole('button', { name: 'City', exact: true }).click()
    await expect.poll(names).toEqual(before.map(({ display }) => display))
    await page.locator('th[aria-sort=descending]', { hasText: 'City' }).waitFor()
    await page.getByRole('checkbox', { name: 'Select all on this page' }).check()
    await page.getByRole('button', { name: 'Edit…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.locator('.v-select').click()
    await page.getByRole('option', { name: 'City' }).click()
    await dialog.getByLabel('City').last().fill('Bremen')
    await window.picture('data-bulk')
    expect(await window.axe()).toEqual([])
    await dialog.getByRole('button', { name: /Change all/ }).click()
    await expect.poll(async () => new Set(await cities())).toEqual(new Set(['Bremen']))
    await page.getByRole('button', { name: 'Undo' }).first().click()
    await expect.poll(cities).toEqual(before.map((record) => record['city']))
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    await page.locator('.filters .v-select').filter({ hasText: 'Field' }).click()
    await page.getByRole('option', { name: 'City' }).click()
    await page.getByLabel('Is exactly').fill(String(before[0]!['city']))
    await page.getByLabel('Is exactly').press('Enter')
    await expect.poll(names).toEqual([before[0]!.display])
    await page.getByLabel('Save this filter as').fill('One city')
    await page.getByLabel('Save this filter as').press('Enter')
    await page.getByRole('button', { name: 'One city', exact: true }).waitFor()
    expect(window.complaints).toEqual([])
    await window.close()
  })
})

describe.each(looks)('The data page in $theme, $language, $size', (look) => {
  it('is accessible', async () => {
    const window = await site.open({ ...look, at: '/data/eventParticipant' })
    const { page } = window
    await page.getByRole('table').waitFor()
    await window.picture(`data-${look.theme}-${look.language}`)
    expect(await window.axe()).toEqual([])
    const { id } = await entry('Schmidt')
    await window.go(`/data/eventParticipant?id=${id}`)
    await page.getByRole('complementary').locator('form').waitFor()
    await window.picture(`data-record-${look.theme}-${look.language}`)
    expect(await window.axe()).toEqual([])
    await page.getByRole('tab').nth(1).click()
    await page.getByRole('complementary').getByRole('listitem').first().waitFor()
    expect(await window.axe()).toEqual([])
    expect(window.complaints).toEqual([])
    await window.close()
  })
})
