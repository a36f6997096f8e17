import { afterAll, beforeAll, expect, it } from 'vitest'
import { startWindowSite, type OpenWindow, type WindowSite } from '../support/window.ts'
import { outOfSight } from './out-of-sight.ts'
import { startList } from './start-list.ts'

let site: WindowSite
let window: OpenWindow
beforeAll(async () => {
  site = await startWindowSite()
  await site.importEntrants(startList)
  window = await site.open()
  await window.go('/desk/tags')
  await window.page.getByRole('textbox').and(window.page.locator(':focus')).waitFor()
})
afterAll(() => site.close())

const says = (word: string) =>
  window.page.getByTestId('signal').getByText(word, { exact: false }).first().waitFor()
async function tagOf(bib: string) {
  const [event] = await site.engine.client.desk.events()
  const { rows } = await site.engine.client.desk.search({ eventId: event!.id, query: bib })
  return rows[0]!.tag
}

it('hands out tags by scanner alone: bib, tag, bib, tag; a tag somebody has is refused by name', async () => {
  await window.scan('120')
  await window.page.getByText('Scan the tag for Çelik Demir (120)').waitFor()
  await window.scan('T-0012')
  await says('Taken by Ana Schmidt (12).')
  await window.scan('120')
  await says('This is the bib again')
  await window.scan('T-0120')
  await says('Tag assigned')
  await window.scan('13')
  await window.scan('T-0013')
  await window.page.getByText('2 tags handed out').waitFor()
  expect([await tagOf('120'), await tagOf('13')]).toEqual(['T-0120', 'T-0013'])
  await window.picture('desk-tags')
  expect(await window.axe()).toEqual([])
  await window.page.getByRole('button', { name: 'Take back T-0013' }).click()
  await window.page.getByText('One tag handed out').waitFor()
  expect(await tagOf('13')).toBeNull()
})

it('checks tags: whose it is, right or wrong', async () => {
  await window.page.getByRole('button', { name: 'Check tags' }).click()
  await window.scan('T-0007')
  await says('Bo Müller (007) · Wave 2 · Marathon')
  await window.scan('12')
  await window.scan('T-0012')
  await says('Right')
  await window.scan('12')
  await window.scan('T-0007')
  await says('It belongs to Bo Müller (007)')
  await window.page.setViewportSize({ width: 400, height: 800 })
  expect(await outOfSight(window.page)).toEqual([])
  await window.picture('desk-tags-narrow')
  expect(window.complaints).toEqual([])
})
