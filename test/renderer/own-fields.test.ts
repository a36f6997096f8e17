/** Own fields in the window: defined on the record of their event, filled at the Desk, made of a column nobody knows. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startWindowSite, type WindowSite } from '../support/window.ts'
import { startList } from './start-list.ts'

let site: WindowSite
let eventId: string

beforeAll(async () => {
  site = await startWindowSite()
  await site.importEntrants(startList)
  eventId = (await site.engine.client.desk.events())[0]!.id
})
afterAll(() => site.close())

async function ownOf(query: string) {
  const { desk } = site.engine.client
  const { rows } = await desk.search({ eventId, query })
  return (await desk.entrant({ id: rows[0]!.id })).own
}

it('an event defines a choice and a number, and the Desk fills them', async () => {
  const window = await site.open({ at: `/data/event?id=${eventId}` })
  const { page } = window
  const list = page.getByRole('region', { name: 'Fields of its own' })
  await list.getByRole('button', { name: 'Add a field' }).click()
  await list.getByLabel('Name of the field').fill('T-Shirt')
  await page.keyboard.press('Enter')
  await list.getByText('Every entrant has this already: it is called Shirt.').waitFor()
  await list.getByLabel('Name of the field').fill('Bus from')
  await list.getByRole('combobox', { name: 'Kind' }).press('ArrowDown')
  await page.getByRole('option', { name: 'Choice' }).click()
  const choices = list.getByRole('combobox', { name: 'Choices' })
  for (const choice of ['North', 'South']) {
    await choices.fill(choice)
    await choices.press('Enter')
  }
  await list.getByRole('button', { name: 'Save' }).click()
  await list.getByText('Choice · North, South').waitFor()
  expect(await window.axe()).toEqual([])
  await window.picture('own-fields-of-event')
  await site.engine.client.ownFields.add({ eventId, label: 'Weight', kind: 'number' })

  await window.go('/desk')
  await page.getByRole('combobox').first().fill('demir')
  await page.getByRole('option', { name: 'Çelik Demir' }).click()
  const card = page.getByRole('article', { name: 'Çelik Demir' })
  await card.getByRole('combobox', { name: 'Bus from' }).press('ArrowDown')
  await page.getByRole('option', { name: 'South' }).click()
  await card.getByRole('textbox', { name: 'Weight' }).fill('light')
  await card.getByRole('button', { name: 'Save' }).click()
  await page.getByTestId('signal').getByText('Not saved: Weight').waitFor()
  expect(await ownOf('demir')).toEqual({ own_bus_from: 'South' })
  await card.getByRole('textbox', { name: 'Weight' }).fill('61.5')
  await page.keyboard.press('Enter')
  await expect.poll(() => ownOf('demir')).toEqual({ own_bus_from: 'South', own_weight: '61.5' })
  expect(await window.axe()).toEqual([])
  await window.picture('own-fields-at-desk')
  await page.getByRole('button', { name: 'Undo' }).last().click()
  await expect.poll(() => ownOf('demir')).toEqual({ own_bus_from: 'South' })
  // The browser notes the refusal of "light".
  expect(window.complaints.filter((text) => !text.includes('422'))).toEqual([])
  await window.close()
})

it('a sensitive one is hidden until it is asked for, at the Desk and in the history, with its definition and without', async () => {
  const { desk, ownFields } = site.engine.client
  const field = await ownFields.add({ eventId, label: 'Allergic', kind: 'yesNo', sensitive: true })
  const { rows } = await desk.search({ eventId, query: 'demir' })
  await desk.change({ id: rows[0]!.id, own: { [field.name]: 'yes' } })
  const window = await site.open({ at: '/desk', language: 'de' })
  const { page } = window
  await page.getByRole('combobox').first().fill('demir')
  await page.getByRole('option', { name: 'Çelik Demir' }).click()
  const card = page.getByRole('article', { name: 'Çelik Demir' })
  await card.getByRole('button', { name: 'Notfall und Medizinisches zeigen' }).click()
  await card.getByText('Allergic').waitFor()
  expect(await card.locator('section dd').last().textContent()).toBe('Ja')
  await ownFields.remove({ eventId, name: field.name })
  await window.go('/activity?entity=eventParticipant')
  const change = page.getByRole('row', { name: /Demir/ }).first()
  await change.getByText('ownSensitive_allergic').waitFor()
  expect(await change.textContent()).not.toMatch(/yes/)
  expect(window.complaints).toEqual([])
  await window.close()
})

it('a column of a list that nobody knows becomes a field of the event with one click', async () => {
  const window = await site.open({ at: '/import' })
  const { page } = window
  const buffer = Buffer.from('bib,last_name,Stall\n120,Demir,B7\n')
  const file = { name: 'stalls.csv', mimeType: 'text/csv', buffer }
  await page.locator('input[type="file"]').setInputFiles(file)
  await page.getByRole('button', { name: 'Make Stall a field of the event' }).click()
  const field = page.getByRole('combobox', { name: 'Field for column Stall' })
  await expect.poll(() => field.locator('..').innerText()).toContain('Stall')
  await page.getByRole('button', { name: 'Import one row' }).click()
  await expect.poll(() => ownOf('demir')).toMatchObject({ own_stall: 'B7' })
  expect(window.complaints).toEqual([])
  await window.close()
})
