import { afterAll, beforeAll, expect, it } from 'vitest'
import type { OpenWindow } from '../support/window.ts'
import { startWindowSite, type WindowSite } from '../support/window.ts'
import { tabTo } from './race-office.ts'

let site: WindowSite
const header = 'bib,first_name,last_name,date_of_birth,email,medical_conditions\n'

beforeAll(async () => {
  site = await startWindowSite({})
  await site.importEntrants(
    `${header}1,Jana,Kip,1990-01-02,kip@example.org,Asthma\n2,Jan,Kip,1990-01-02,kip@example.org,\n` +
      '3,Eva,Lund,1985-05-05,lund@example.org,\n4,Eva Maria,Lund,1985-05-05,lund@example.org,\n',
  )
})
afterAll(() => site.close())

const persons = async () =>
  (await site.engine.client.records.list({ entity: 'person', limit: 100 })).records

async function open(options: Parameters<WindowSite['open']>[0]): Promise<OpenWindow> {
  return site.open({ at: '/attention?kind=doubles', ...options })
}

it('shows two persons side by side, and says why they are not merged', async () => {
  const window = await open({ size: [1280, 800] })
  const { page } = window
  const card = page.getByRole('article').filter({ hasText: 'Jana' })
  await card.getByText('Similar name, same birth date, same e-mail').waitFor()
  await card.getByText('Spring Classic, bib 1').waitFor()
  expect(await page.getByText('Asthma').count()).toBe(0)
  await window.picture('doubles')
  expect(await window.axe()).toEqual([])
  await card.getByRole('button', { name: /person 1,/ }).click()
  await card.getByText('Both are entered in Spring Classic, with bib 1 and with bib 2.').waitFor()
  expect(await persons()).toHaveLength(4)
  // The browser notes the refusal as well.
  expect(window.complaints.filter((text) => !text.includes('422'))).toEqual([])
  await window.close()
})

it('merges two by keyboard once only one of them is entered, and tells others apart', async () => {
  const { client } = site.engine
  const entries = await client.records.list({ entity: 'eventParticipant', limit: 100 })
  const four = entries.records.find((entry) => entry['number'] === '4')!
  await client.records.remove({ entity: 'eventParticipant', id: four.id })
  const window = await open({ size: [400, 800] })
  const { page } = window
  const eva = page.getByRole('article').filter({ hasText: 'Eva Maria' })
  await eva.waitFor()
  await window.picture('doubles-narrow')
  expect(await window.axe()).toEqual([])
  await tabTo(page, eva.getByRole('button', { name: /person \d, Eva Lund/ }))
  await page.keyboard.press('Enter')
  await page.getByText('the two are one person now').first().waitFor()
  expect(await persons()).toHaveLength(3)
  // It is said before the list is read again: the card of the two goes a moment later.
  await eva.waitFor({ state: 'detached' })
  const jana = page.getByRole('article').filter({ hasText: 'Jana' })
  await jana.getByRole('button', { name: 'Different people' }).click()
  await page.getByText('Noted: they are different people.').first().waitFor()
  await page.getByText('Nothing here needs you').waitFor()
  expect(await persons()).toHaveLength(3)
  expect(window.complaints).toEqual([])
  await window.close()
})
