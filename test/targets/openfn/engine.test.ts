/** OpenFn in the hands of the engine: events that go out, records that come in from a collection. */
import { describe, expect, it } from 'vitest'
import { startListOf } from '../../support/race-day.ts'
import { startTestEngine } from '../../support/test-engine.ts'
import type { OpenfnStandIn } from './stand-in.ts'
import { openfnTarget } from './target.ts'

const start = (settings: Readonly<Record<string, unknown>> = {}) =>
  startTestEngine({ target: openfnTarget, config: { settings } })

interface Body {
  readonly entities: readonly {
    readonly guid: string
    readonly type: string
    readonly entityGuid: string
    readonly data: Readonly<Record<string, unknown>>
  }[]
}
const eventsAt = async (site: OpenfnStandIn) =>
  (await site.workOrders()).flatMap(({ body }) => (body as Body).entities)
const typesAt = async (site: OpenfnStandIn) => (await eventsAt(site)).map(({ type }) => type)

describe('a target that only sends', () => {
  it('sends every record once, parents first, then what changed, then deletions; nobody has to say that it has none', async () => {
    const marshal = await start({ collection: '' })
    await marshal.importEntrants(startListOf(3))
    const { run, lines } = await marshal.client.sync.rehearse({ name: 'timing', limit: 50 })
    expect(lines.find(({ entity }) => entity === 'person')).toMatchObject({ action: 'create' })
    expect(await marshal.server.workOrders()).toEqual([])
    const { outbound } = await marshal.sync()
    expect(outbound).toMatchObject({ created: run.outbound.created, failed: 0 })
    const types = await typesAt(marshal.server)
    expect(types).toHaveLength(outbound.created)
    const first = (kind: string) => types.indexOf(`create-${kind}`)
    expect(first('person')).toBeLessThan(first('eventParticipant'))
    expect(await marshal.sync()).toMatchObject({ outbound: { created: 0, updated: 0 } })
    const [person] = (await marshal.client.records.list({ entity: 'person' })).records
    await marshal.set('person', { lastName: 'Renamed' }, person!.id)
    await marshal.sync()
    const [event, ...more] = (await eventsAt(marshal.server)).slice(types.length)
    expect(more).toEqual([])
    expect(event).toMatchObject({ type: 'update-person', data: { lastName: 'Renamed' } })
    // The whole record, so that a workflow needs to remember nothing.
    expect(event!.data).toHaveProperty('firstName', person!['firstName'])
    await marshal.client.records.remove({ entity: 'person', id: person!.id, withChildren: true })
    await marshal.sync()
    expect((await typesAt(marshal.server)).at(-1)).toBe('delete-person')
    expect(await marshal.sync()).toMatchObject({ outbound: { deleted: 0 } })
  })

  it('repeats a lost answer under the same guid', async () => {
    const marshal = await start({ collection: '' })
    await marshal.importEntrants(startListOf(2))
    await marshal.server.fault({
      match: { method: 'POST' },
      action: { kind: 'cut-after-write' },
      times: 1,
    })
    await marshal.sync()
    await marshal.sync()
    expect(await marshal.status()).toMatchObject({ pending: 0, failed: 0 })
    const guids = (await eventsAt(marshal.server)).map(({ guid }) => guid)
    const records = new Set(
      (await eventsAt(marshal.server)).map(({ type, entityGuid }) => `${type} ${entityGuid}`),
    )
    expect(guids.length).toBeGreaterThan(records.size)
    expect(new Set(guids).size).toBe(records.size)
  })

  it('sends a start list through a webhook that takes little at once, and nothing is refused for its neighbours', async () => {
    const marshal = await start({ collection: '' })
    await marshal.server.turn({ largestBody: 5_000 })
    await marshal.importEntrants(startListOf(12))
    const { outbound } = await marshal.sync()
    expect(outbound).toMatchObject({ failed: 0 })
    expect(await eventsAt(marshal.server)).toHaveLength(outbound.created)
    expect(await marshal.status()).toMatchObject({ pending: 0, failed: 0 })
  })

  it('waits while the webhook is switched off, and goes on by itself', async () => {
    const marshal = await start({ collection: '' })
    await marshal.server.turn({ trigger: 'disabled' })
    await marshal.set('organisation', { name: 'Club' })
    expect(await marshal.sync()).toMatchObject({ errors: [{ code: 'config' }] })
    expect(await marshal.status()).toMatchObject({ paused: null, pending: 1, failed: 0 })
    await marshal.server.turn({ trigger: 'enabled' })
    expect(await marshal.sync()).toMatchObject({ outbound: { created: 1 } })
  })
})

describe('a target with a collection', () => {
  const collection = { collection: 'marshal' }

  it('takes in what workflows write, and sends nothing of it back', async () => {
    const marshal = await start(collection)
    const timestamp = new Date().toISOString()
    await marshal.server.put({
      'person:crm-7': { firstName: 'Ana', lastName: 'Silva', email: 'ana@example.org', timestamp },
    })
    expect(await marshal.sync()).toMatchObject({
      inbound: { created: 1 },
      outbound: { created: 0 },
    })
    const list = async () => (await marshal.client.records.list({ entity: 'person' })).records
    expect(await list()).toMatchObject([{ firstName: 'Ana', lastName: 'Silva' }])
    await marshal.sync()
    expect(await marshal.server.workOrders()).toEqual([])
    await marshal.server.put({
      'person:crm-7': { lastName: 'Costa', timestamp: new Date().toISOString() },
    })
    await marshal.sync()
    expect(await list()).toMatchObject([{ firstName: 'Ana', lastName: 'Costa' }])
  })

  it('knows its own changes when a workflow puts them there', async () => {
    const marshal = await start(collection)
    await marshal.importEntrants(startListOf(3))
    await marshal.sync()
    const sent = (await eventsAt(marshal.server)).length
    expect((await marshal.server.items()).length).toBe(sent)
    for (let run = 0; run < 2; run++) {
      expect(await marshal.sync()).toMatchObject({
        inbound: { created: 0, updated: 0, conflicts: 0 },
        outbound: { created: 0, updated: 0, deleted: 0 },
      })
    }
  })

  it('deletes nothing here because a collection never had it', async () => {
    const marshal = await start(collection)
    await marshal.server.turn({ queued: true })
    await marshal.importEntrants(startListOf(3))
    await marshal.sync()
    expect(await marshal.server.items()).toEqual([])
    const { inbound } = await marshal.sync({ kind: 'reconcile' })
    expect(inbound).toMatchObject({ deleted: 0 })
    expect((await marshal.client.records.list({ entity: 'person' })).records).toHaveLength(3)
    expect(await marshal.status()).toMatchObject({ pending: 0, failed: 0, unmatched: 0 })
    await marshal.server.runAll()
    expect(await marshal.sync()).toMatchObject({ outbound: { created: 0, updated: 0 } })
  })
})
