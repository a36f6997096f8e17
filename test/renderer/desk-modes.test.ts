import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { rpcClient } from '../support/edge-site.ts'
import { startWindowSite, type OpenWindow, type WindowSite } from '../support/window.ts'
import { outOfSight } from './out-of-sight.ts'
import { startList } from './start-list.ts'

let site: WindowSite
let window: OpenWindow
let eventId: string
beforeAll(async () => {
  site = await startWindowSite()
  await site.importEntrants(startList)
  eventId = (await site.engine.client.desk.events())[0]!.id
})
afterAll(() => site.close())
beforeEach(async () => {
  window = await site.open()
  return () => window.close()
})

it('locks a desk to a mode by keyboard: nothing leads out of it but the PIN', async () => {
  const { page } = window
  await window.go(`/data/event?id=${eventId}`)
  const modes = page.getByRole('region', { name: 'Desk modes' })
  await modes.getByRole('button', { name: 'Add “Volunteer”' }).press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Add a mode' })
  await dialog.getByRole('textbox', { name: 'Name' }).and(page.locator(':focus')).waitFor()
  await dialog.getByRole('checkbox', { name: 'Hand out tags' }).uncheck()
  expect(await window.axe()).toEqual([])
  await window.picture('desk-mode-dialog')
  await page.keyboard.press('Enter')
  await modes.getByText('Check in, Hand out bibs').waitFor()
  await window.picture('desk-modes-of-event')

  await window.go('/desk')
  await page.getByRole('button', { name: 'Mode: Everything' }).press('Enter')
  await page.getByRole('listitem').filter({ hasText: 'Volunteer' }).press('Enter')
  const search = page.getByRole('combobox', { name: 'Find an entrant' })
  await search.and(page.locator(':focus')).waitFor()
  await page.getByRole('button', { name: 'Mode: Volunteer' }).press('Enter')
  await page.getByRole('listitem').filter({ hasText: 'Lock with a PIN' }).waitFor()
  await window.picture('desk-mode-menu')
  await page.getByRole('listitem').filter({ hasText: 'Lock with a PIN' }).press('Enter')
  const pin = page.getByRole('dialog', { name: 'Lock this desk to “Volunteer”' })
  await pin.getByLabel('New PIN').and(page.locator(':focus')).fill('2468')
  await page.keyboard.press('Enter')
  await pin.getByText('The two are not the same.').waitFor()
  await pin.getByLabel('Once more').fill('2468')
  await window.picture('desk-mode-pin')
  expect(await window.axe()).toEqual([])
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Leave Volunteer…' }).waitFor()

  // What is locked stays so over a reload, and knows no other page, by key or by address.
  await page.reload()
  await search.and(page.locator(':focus')).waitFor()
  expect(await page.getByRole('navigation').count()).toBe(0)
  expect(await page.getByRole('button', { name: 'Sync now' }).count()).toBe(0)
  for (const keys of ['Control+5', 'Control+k', 'Control+p', 'F6', 'F8']) {
    await page.keyboard.press(keys)
    expect(page.url()).toMatch(/#\/desk$/)
  }
  await page.goto(`${site.url}/#/settings`)
  await expect.poll(() => page.url()).toMatch(/#\/desk$/)
  await page.keyboard.press('F1')
  const help = page.getByRole('dialog')
  await help.getByText('Check in').waitFor()
  expect(await help.getByText('Print').count()).toBe(0)
  await page.keyboard.press('Escape')

  await search.fill('demir')
  const found = page.getByRole('option', { name: 'Çelik Demir' })
  await found.getByText('Jul 7, 1995').waitFor()
  expect(await found.getByText('Istanbul').count()).toBe(0)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Check in' }).and(page.locator(':focus')).waitFor()
  const card = page.getByRole('article')
  await card.getByRole('textbox', { name: 'Category' }).waitFor()
  expect(await card.getByRole('textbox', { name: 'Shirt' }).count()).toBe(0)
  expect(await card.getByRole('textbox', { name: 'Category' }).isEditable()).toBe(false)
  expect(await card.getByRole('textbox', { name: 'Bib' }).isEditable()).toBe(true)
  expect(await card.getByText('Correct personal details').count()).toBe(0)
  expect(await window.axe()).toEqual([])
  await window.picture('desk-mode-locked')
  await page.keyboard.press('Enter')
  await page.getByTestId('signal').getByText('Checked in').waitFor()

  expect(window.complaints).toEqual([])

  // Signed in anew it is another browser to the engine, which is told of the lock again.
  await page.goto('about:blank')
  await page.goto(`${site.url}/#token=${site.newToken()}`)
  await page.getByRole('button', { name: 'Leave Volunteer…' }).waitFor()
  const session = await page.evaluate(() => localStorage.getItem('marshal.session'))
  const asBrowser = rpcClient(site.url, session!)
  await expect.poll(async () => (await asBrowser.desk.locked()).lock?.mode.name).toBe('Volunteer')

  // The engine knows of the lock, whatever the browser has forgotten.
  await page.evaluate(() => localStorage.removeItem('marshal.desk.mode'))
  await page.reload()
  await page.getByRole('button', { name: 'Leave Volunteer…' }).waitFor()
  expect(await page.getByRole('navigation').count()).toBe(0)
  await page.getByRole('button', { name: 'Leave Volunteer…' }).press('Enter')
  const leave = page.getByRole('dialog', { name: 'Leave “Volunteer”' })
  await leave.getByLabel('PIN').and(page.locator(':focus')).fill('1111')
  await page.keyboard.press('Enter')
  await leave.getByText('That is not the PIN.').waitFor()
  await leave.getByLabel('PIN').and(page.locator(':focus')).fill('2468')
  await page.keyboard.press('Enter')
  await page.getByRole('navigation').waitFor()
  await page.getByRole('button', { name: 'Mode: Everything' }).waitFor()
  await window.go('/settings')
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
})

it('searches and lists one race alone, follows what staff change, and fits a narrow screen', async () => {
  const { page } = window
  const { client } = site.engine
  await site.importEntrants(
    'bib,first_name,last_name,race,start_group\n800,Zoe,Winter,10k,Wave A\n',
  )
  const [event] = await client.desk.events()
  const race = event!.startGroups.find((group) => group.race === '10k')!.raceId
  const mode = { id: 'k', name: 'Ten', race, actions: ['walkUp' as const], shows: [] }
  await client.desk.setModes({ eventId, modes: [mode] })
  await page.getByRole('combobox', { name: 'Find an entrant' }).fill('winter')
  await page.getByRole('option', { name: 'Zoe Winter' }).click()
  await page.getByRole('article').getByRole('textbox', { name: 'Category' }).fill('W40')
  await page.getByRole('combobox', { name: 'Find an entrant' }).fill('')
  const choices = page.getByRole('list', { name: 'Mode of this desk' })
  await page.getByRole('button', { name: 'Mode: Everything' }).click()
  await choices.getByText('Ten').click()
  await page.getByRole('option', { name: 'Zoe Winter' }).waitFor()
  expect(await page.getByRole('option').count()).toBe(1)
  await page.getByRole('combobox', { name: 'Find an entrant' }).fill('demir')
  await page.getByText('One entrant fits, whom the list hides.').waitFor()
  expect(await page.getByRole('button', { name: 'Search everybody' }).count()).toBe(0)
  await page.getByRole('combobox', { name: 'Find an entrant' }).fill('winter')
  await page.getByRole('option', { name: 'Zoe Winter' }).click()
  await page.getByRole('article', { name: 'Zoe Winter' }).waitFor()
  expect(await page.getByRole('button', { name: 'Check in' }).count()).toBe(0)
  await page.keyboard.press('F9')
  await page.keyboard.press('F8')
  const walkUp = page.getByRole('dialog')
  await walkUp.getByLabel('First name').waitFor()
  expect(await walkUp.getByRole('checkbox').count()).toBe(0)
  expect(await walkUp.getByRole('textbox', { name: 'Bib' }).count()).toBe(0)
  expect(await walkUp.getByRole('textbox', { name: 'Tag' }).count()).toBe(0)
  await page.keyboard.press('Escape')
  await walkUp.waitFor({ state: 'hidden' })
  await page.setViewportSize({ width: 400, height: 800 })
  expect(await outOfSight(page)).toEqual([])
  await window.picture('desk-mode-narrow')
  await page.setViewportSize({ width: 1440, height: 900 })
  const { rows } = await client.desk.search({ query: 'winter', eventId })
  expect(rows[0]!.status).toBe('registered')
  await client.desk.setModes({ eventId, modes: [{ ...mode, actions: ['checkIn'] }] })
  // What was typed before the mode, and cannot be changed in it, holds nobody up, and is not lost.
  await page.getByText('What this mode does not let be changed is kept, unsaved.').waitFor()
  await page.getByRole('article').getByRole('button', { name: 'Check in' }).click()
  await page.getByTestId('signal').getByText('Checked in').waitFor()
  await window.picture('desk-mode-held-back')
  expect(await client.desk.entrant({ id: rows[0]!.id })).toMatchObject({
    ...{ status: 'checkedIn', category: null },
  })
  await client.desk.setModes({ eventId, modes: [] })
  await page.getByRole('button', { name: /^Mode/ }).waitFor({ state: 'detached' })
  const typed = page.getByRole('article').getByRole('textbox', { name: 'Category' })
  await typed.waitFor()
  expect(await typed.inputValue()).toBe('W40')
})
