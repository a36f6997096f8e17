import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { headersOf } from '../../main/contract/operator.ts'
import { apiToken, rpcClient, startEdgeSite, type EdgeSite } from '../support/edge-site.ts'

let site: EdgeSite
beforeAll(async () => {
  site = await startEdgeSite()
})
afterAll(() => site.close())

/** A browser in which this person gave this name, and this desk. */
const browser = (name: string, desk = '') =>
  rpcClient(site.server.url, apiToken, headersOf({ name, desk }))

async function historyOf(id: string) {
  const { entries } = await rpcClient(site.server.url).records.history({ entity: 'person', id })
  return entries.map(({ who }) => who)
}

async function importedBy(name: string, lines: readonly string[]) {
  const client = browser(name)
  const { id } = await client.imports.begin({ fileName: 'list.csv' })
  await client.imports.append({ id, text: ['Last name', ...lines].join('\n') })
  const steps = await client.imports.run({
    ...{ id, entity: 'person', map: {}, rehearse: false },
  })
  for await (const _step of steps);
}

describe('browsers of one service', () => {
  it('keep what each does under the name given there, whoever gave theirs last', async () => {
    const eva = browser('Eva Çelik', 'Desk 1')
    const tom = browser('Tom 🏃', 'Desk 2')
    const { id } = await eva.records.set({ entity: 'person', fields: { lastName: 'Núñez' } })
    await tom.records.set({ entity: 'person', id, fields: { city: 'Lyon' } })
    await eva.records.set({ entity: 'person', id, fields: { city: 'Porto' } })
    expect(await historyOf(id)).toEqual([
      'Eva Çelik @ Desk 1',
      'Tom 🏃 @ Desk 2',
      'Eva Çelik @ Desk 1',
    ])
  })

  it('keep a check-in under the name of who made it, on the card too', async () => {
    const client = browser('Tom', 'Desk 2')
    const event = await client.records.set({ entity: 'event', fields: { name: 'Spring Classic' } })
    const added = await browser('Eva').desk.walkUp({
      ...{ eventId: event.id, firstName: 'Ana', lastName: 'Kip' },
    })
    const { id } = added.outcome === 'ok' ? added.entrant : { id: '' }
    const outcome = await client.desk.checkIn({ id })
    expect(outcome.entrant).toMatchObject({ status: 'checkedIn', checkedInBy: 'Tom @ Desk 2' })
  })

  it('keep every row of an import under the name of who ran it, though others work meanwhile', async () => {
    const names = Array.from({ length: 1_500 }, (_, at) => `Runner${at}`)
    const [, , other] = await Promise.all([
      importedBy('Eva', names),
      importedBy('Tom', ['Only']),
      browser('Ivo').records.set({ entity: 'person', fields: { lastName: 'Between' } }),
    ])
    const client = rpcClient(site.server.url)
    const { imports } = await client.imports.list({})
    expect(imports.map(({ who }) => who).sort()).toEqual(['Eva', 'Tom'])
    const made = await client.records.history({ origin: 'import', who: 'Eva', limit: 500 })
    expect(made.entries).toHaveLength(500)
    expect(await historyOf(other.id)).toEqual(['Ivo'])
  })

  it('are the computer to the history where nobody gave a name', async () => {
    const client = rpcClient(site.server.url)
    await client.settings.set({ operatorName: 'Maria', deviceName: 'Box' })
    const { id } = await client.records.set({ entity: 'person', fields: { lastName: 'Okafor' } })
    await browser('Eva').records.set({ entity: 'person', id, fields: { city: 'Lagos' } })
    expect(await historyOf(id)).toEqual(['Eva @ Box', 'Maria @ Box'])
  })

  it.each([
    ['is no encoding', '%E0%A4%A'],
    ['is too long', 'x'.repeat(81)],
    ['has a line break in it', 'Eva%0AMaria'],
  ])('are refused with a name that %s, before anything is done', async (_what, name) => {
    const answer = await site.post(
      '/api/records/set',
      { entity: 'person', fields: { lastName: 'Unsigned' } },
      { headers: { 'x-marshal-operator': name } },
    )
    expect(answer.status).toBe(400)
    expect(answer.text).toContain('at most 80 characters')
    const found = await rpcClient(site.server.url).records.list({
      ...{ entity: 'person', query: 'Unsigned' },
    })
    expect(found.records).toEqual([])
  })
})
