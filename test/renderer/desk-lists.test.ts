import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { checkInRules } from '../../main/contract/check-in-rules.ts'
import type { CheckInRuleSet } from '../../main/contract/desk.ts'
import { startWindowSite, type OpenWindow, type WindowSite } from '../support/window.ts'
import { outOfSight } from './out-of-sight.ts'
import { startList } from './start-list.ts'

const noRules = Object.fromEntries(checkInRules.map((rule) => [rule, 'off'])) as CheckInRuleSet

let site: WindowSite
let window: OpenWindow
beforeAll(async () => {
  site = await startWindowSite()
  await site.importEntrants(startList)
})
afterAll(() => site.close())
beforeEach(async () => {
  window = await site.open()
  return () => window.close()
})

it('lists who is not checked in yet in a start group, says how many, and follows each check-in', async () => {
  const { page } = window
  await page.getByRole('button', { name: 'Not checked in' }).click()
  await page.getByRole('status').getByText('5 entrants').waitFor()
  await page.getByRole('combobox', { name: 'Race or start group' }).press('ArrowDown')
  await page.getByRole('option', { name: 'Wave 1', exact: true }).click()
  await page.getByRole('status').getByText('3 entrants').waitFor()
  await page.getByRole('combobox', { name: 'Find an entrant' }).fill('ann')
  await expect.poll(() => page.getByRole('option').count()).toBe(1)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Check in' }).and(page.locator(':focus')).press('Enter')
  await page.getByTestId('signal').getByText('Checked in').waitFor()
  await page.getByRole('combobox', { name: 'Find an entrant' }).press('Escape')
  await page.getByRole('status').getByText('2 entrants').waitFor()
  await window.picture('desk-list')
  expect(await window.axe()).toEqual([])
  await page.setViewportSize({ width: 400, height: 800 })
  expect(await outOfSight(page)).toEqual([])
  await window.picture('desk-list-narrow')
})

it('opens whom the typed text means, also when Enter is faster than the answer, and never the first of the list', async () => {
  const { page } = window
  await page.getByRole('button', { name: 'Not checked in' }).click()
  await page.getByRole('option').first().waitFor()
  const held = Promise.withResolvers<void>()
  await page.route('**/desk/search', async (route) => {
    await held.promise
    await route.continue()
  })
  await page.getByRole('combobox', { name: 'Find an entrant' }).fill('demir')
  await page.keyboard.press('Enter')
  await expect.poll(() => page.getByRole('option').count()).toBe(0)
  expect(await page.getByRole('article').count()).toBe(0)
  held.resolve()
  await page.getByRole('article', { name: /Demir/ }).waitFor()
  await page.getByRole('button', { name: 'Check in' }).and(page.locator(':focus')).waitFor()
})

it('says that the list hides who fits, and searches everybody on a click, before a walk-up is offered', async () => {
  const { page } = window
  await page.getByRole('button', { name: 'No tag' }).click()
  await page.getByRole('combobox', { name: 'Find an entrant' }).fill('müller')
  await page.getByText('One entrant fits, whom the list hides.').waitFor()
  const results = page.getByRole('region', { name: 'Find an entrant' })
  expect(await results.getByRole('button', { name: 'Add walk-up' }).count()).toBe(0)
  await window.picture('desk-hidden-by-list')
  expect(await window.axe()).toEqual([])
  await page.getByRole('button', { name: 'Search everybody' }).click()
  await page.getByRole('option').first().waitFor()
  await page.getByRole('combobox', { name: 'Find an entrant' }).fill('zzzz')
  await page.getByText('Nobody found for “zzzz”').waitFor()
})

it('finds a mistyped name, and says that it is only similar', async () => {
  const { page } = window
  await page.keyboard.type('schmiddt', { delay: 60 })
  await page.getByRole('option', { name: 'Similar names 12 Ana Schmidt' }).waitFor()
  await window.picture('desk-similar')
  expect(window.complaints).toEqual([])
})

it('refuses a check-in without what the event asks for, beside its field, and takes it once it is there', async () => {
  const { page } = window
  const [event] = await site.engine.client.desk.events()
  await window.go(`/data/event?id=${event!.id}`)
  const rules = page.getByRole('region', { name: 'Before check-in' })
  for (const [rule, strength] of [
    ['Waiver signed', 'Refuse'],
    ['Bib', 'Warn'],
  ] as const) {
    await rules.getByRole('combobox', { name: rule }).press('ArrowDown')
    await page.getByRole('option', { name: strength }).click()
  }
  await window.picture('event-rules')
  expect(await window.axe()).toEqual([])
  await window.go('/desk')
  await page.getByRole('combobox', { name: 'Find an entrant' }).waitFor()
  await page.keyboard.type('nguyen', { delay: 60 })
  await page.getByRole('option', { name: 'Dora Nguyen' }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Check in' }).and(page.locator(':focus')).press('Enter')
  await page.getByTestId('signal').getByText('Missing: Waiver signed').waitFor()
  await page.getByText('The waiver has to be signed before check-in.').waitFor()
  await window.picture('desk-rule-refused')
  await page.getByRole('checkbox', { name: 'Waiver signed' }).and(page.locator(':focus')).press(' ')
  await page.keyboard.press('F9')
  await page.getByTestId('signal').getByText('Checked in, with something missing').waitFor()
  await page.getByTestId('signal').getByText('Missing: Bib').waitFor()
  const { rows } = await site.engine.client.desk.search({ query: 'nguyen', eventId: event!.id })
  expect(rows[0]?.status).toBe('checkedIn')
})

it('asks each browser who works there, and again when somebody takes over; each name stands beside what was done there', async () => {
  const { client } = site.engine
  const [event] = await client.desk.events()
  await client.desk.setRules({ eventId: event!.id, rules: noRules })
  const second = await site.open({ operator: null })
  const { page } = second
  const who = page.getByRole('form', { name: 'Who are you?' })
  await who.waitFor()
  // Typing still goes to the search: the question takes no key.
  await page.keyboard.type('demir', { delay: 60 })
  await page.getByRole('option', { name: 'Çelik Demir' }).waitFor()
  await second.picture('desk-who')
  expect(await second.axe()).toEqual([])
  await who.getByRole('textbox', { name: 'Your name' }).fill('Eva')
  await who.getByRole('textbox', { name: 'This desk' }).fill('Desk 2')
  await page.keyboard.press('Enter')
  await who.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Eva' }).click()
  await who.getByRole('textbox', { name: 'Your name' }).and(page.locator(':focus')).fill('Tom')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Tom' }).waitFor()
  await page.keyboard.press('F9')
  await page.getByText(/by Tom @ Desk 2/).waitFor()
  // The name is kept there, and is nobody else's.
  await page.reload()
  await page.getByRole('button', { name: 'Tom' }).waitFor()
  await window.page.reload()
  await window.page.getByRole('button', { name: 'Desk 1' }).waitFor()
  expect(await site.engine.client.settings.get()).toMatchObject({ operatorName: 'Desk 1' })
  await second.close()
})
