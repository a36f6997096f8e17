import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSharedOffice, type SharedOffice } from './shared-office.ts'
import { startList } from './start-list.ts'

let office: SharedOffice

/** An entrant in conflict at one target, on the way to the second, and of no interest to the third. */
beforeAll(async () => {
  office = await openSharedOffice()
  const { client } = office.site.engine
  await office.site.importEntrants(startList)
  await office.connect()
  await office.sync()
  await office.sync()
  for (const [name, entities] of [
    ['timing-van', undefined],
    ['newsletter', ['organisation' as const]],
  ] as const) {
    await client.targets.add({
      config: {
        name,
        adapter: 'mock-sync-server',
        url: 'http://127.0.0.1:9',
        ...(entities ? { entities: [...entities] } : {}),
      },
      paused: true,
    })
  }
  const { records } = await client.records.list({ entity: 'person', query: 'Ana Schmidt' })
  await office.editHere(records[0]!.id, { city: 'Bergen' })
  await office.editThere(records[0]!.id, { city: 'Porto' })
  await office.sync()
})
afterAll(() => office.close())

describe('The card of an entrant', () => {
  it('says for every target how it stands there, and leads to what has to be decided', async () => {
    const window = await office.site.open({ size: [1280, 800] })
    const { page } = window
    await page.getByRole('combobox').first().fill('schmidt')
    await page.getByRole('option', { name: 'Ana Schmidt' }).click()
    const at = (name: string) =>
      page.getByRole('article').getByRole('listitem').filter({ hasText: name })
    await at('registration').getByText('In conflict').waitFor()
    await at('registration')
      .getByText(/last confirmed/)
      .waitFor()
    await at('timing-van').getByText('Waiting to be sent').waitFor()
    await at('newsletter').getByText('Not at this target').waitFor()
    await at('newsletter').scrollIntoViewIfNeeded()
    await window.picture('desk-targets')
    expect(await window.axe()).toEqual([])
    await at('registration').getByRole('link', { name: 'Decide' }).click()
    await page.waitForURL(/#\/attention\?target=registration&kind=conflicts$/)
    await page.getByRole('article', { name: 'Ana Schmidt' }).waitFor()
    expect(window.complaints).toEqual([])
    await window.close()
  })
})
