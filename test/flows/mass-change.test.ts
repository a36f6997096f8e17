import { describe, expect, it, onTestFinished } from 'vitest'
import { at, persons, start } from '../targets/mock-sync-server/at-mock-sync.ts'
import { startMockSync, type MockSyncStandIn } from '../targets/mock-sync-server/stand-in.ts'
import { targetConfig } from '../support/test-target.ts'
import { startAtTagServer } from '../targets/tagserver/target.ts'
import { mockSyncTarget } from '../targets/mock-sync-server/target.ts'

const people = (count: number, city = '') =>
  [
    'first_name,last_name,email,city',
    ...Array.from({ length: count }, (_, n) => `Runner${n},Silva,r${n}@example.org,${city}`),
  ].join('\n') + '\n'

const tags = (count: number) =>
  ['number', ...Array.from({ length: count }, (_, n) => `T-${n}`)].join('\n') + '\n'

/** So many persons here, at `timing` and at `far`. */
async function threeSides(count: number, config: Readonly<Record<string, unknown>> = {}) {
  const marshal = await start({ config: { entities: ['person'], ...config } })
  const far = await startMockSync()
  onTestFinished(() => far.stop())
  const own = { ...targetConfig(mockSyncTarget, far.url), ...config, name: 'far' }
  await marshal.client.targets.add({ config: { ...own, entities: ['person'] } })
  await marshal.importRecords('person', people(count))
  await marshal.sync()
  await marshal.sync({}, 'far')
  return { marshal, far }
}

async function changeAllAt(far: MockSyncStandIn, fields: Readonly<Record<string, unknown>>) {
  const records = await far.records()
  await far.put(records.map((record) => ({ ...record, ...fields, timestamp: at(30) })))
}

const citiesAt = async (server: MockSyncStandIn, city: string) =>
  (await server.records()).filter((record) => record['city'] === city).length

const quiet = { outbound: { created: 0, updated: 0, deleted: 0 }, guard: null }

describe('many changes that came from another target', () => {
  it('wait for a person, who lifts the guard once', async () => {
    const { marshal, far } = await threeSides(40)
    await changeAllAt(far, { city: 'Lisboa' })
    expect(await marshal.sync({}, 'far')).toMatchObject({ inbound: { updated: 40 } })
    const run = await marshal.sync()
    expect(run).toMatchObject({
      result: 'warning',
      outbound: { updated: 0 },
      guard: { planned: 40, limit: 20 },
    })
    expect(run.guard).toMatchObject({ linked: 40, reason: expect.stringContaining('40 of 40') })
    expect(await marshal.status()).toMatchObject({ state: 'attention', pending: 40 })
    expect(await citiesAt(marshal.server, 'Lisboa')).toBe(0)
    expect(await marshal.sync({ allowMassChange: true })).toMatchObject({
      result: 'success',
      outbound: { updated: 40 },
    })
    expect(await citiesAt(marshal.server, 'Lisboa')).toBe(40)
    expect(await marshal.sync()).toMatchObject(quiet)
    await changeAllAt(far, { city: 'Faro' })
    await marshal.sync({}, 'far')
    expect(await marshal.sync(), 'the next one waits again').toMatchObject({
      outbound: { updated: 0 },
      guard: { planned: 40 },
    })
  })

  it('go where a person chooses them one by one', async () => {
    const { marshal, far } = await threeSides(40)
    await changeAllAt(far, { city: 'Lisboa' })
    await marshal.sync({}, 'far')
    const records = (await persons(marshal)).slice(0, 3).map(({ id }) => id)
    expect(await marshal.sync({ records })).toMatchObject({ guard: null, outbound: { updated: 3 } })
    expect(await marshal.sync()).toMatchObject({ outbound: { updated: 0 }, guard: { planned: 37 } })
  })

  it('do not hold up what is edited at the desk, also on a record that waits', async () => {
    const { marshal, far } = await threeSides(40)
    await changeAllAt(far, { city: 'Lisboa' })
    await marshal.sync({}, 'far')
    const [ana] = await persons(marshal)
    await marshal.set('person', { phone: '+351912345678' }, ana!.id)
    await marshal.set('person', { firstName: 'New', lastName: 'Silva' })
    expect(await marshal.sync()).toMatchObject({
      outbound: { created: 1, updated: 1 },
      guard: { planned: 39 },
    })
    const there = (await marshal.server.records()).find(({ id }) => id === ana!.id)
    expect(there).toMatchObject({ city: 'Lisboa', phone: '+351912345678' })
  })

  it('go by themselves up to twenty', async () => {
    const { marshal, far } = await threeSides(20)
    await changeAllAt(far, { city: 'Lisboa' })
    await marshal.sync({}, 'far')
    expect(await marshal.sync()).toMatchObject({ guard: null, outbound: { updated: 20 } })
  })

  it('are no reason to ask about what would not change anything there', async () => {
    const { marshal, far } = await threeSides(40)
    await changeAllAt(far, { city: 'Lisboa' })
    await marshal.sync({}, 'far')
    await marshal.sync({ allowMassChange: true })
    const sent = await marshal.server.submissions()
    const everybody = { '===': [{ var: 'person.lastName' }, 'Silva'] }
    await marshal.client.targets.update({ name: 'timing', changes: { filter: everybody } })
    expect(await marshal.sync()).toMatchObject({ ...quiet, result: 'success' })
    expect(await marshal.status()).toMatchObject({ state: 'up-to-date', pending: 0 })
    expect(await marshal.server.submissions()).toEqual(sent)
  })
})

describe('many changes made here', () => {
  it('go, whether by hand or by import', async () => {
    const marshal = await start({ config: { entities: ['person'] } })
    await marshal.importRecords('person', people(300))
    await marshal.sync()
    await marshal.importRecords('person', people(300, 'Porto'))
    expect(await marshal.sync()).toMatchObject({ guard: null, outbound: { updated: 300 } })
    for (const { id } of (await persons(marshal)).slice(0, 60)) {
      await marshal.set('person', { city: 'Faro' }, id)
    }
    expect(await marshal.sync()).toMatchObject({ guard: null, outbound: { updated: 60 } })
    expect(await citiesAt(marshal.server, 'Faro')).toBe(60)
  })

  it('go also where the target changed other fields of the same records', async () => {
    const marshal = await start({ config: { entities: ['person'] } })
    await marshal.importRecords('person', people(60))
    await marshal.sync()
    await marshal.importRecords('person', people(60, 'Porto'))
    await changeAllAt(marshal.server, { phone: '+351912345678' })
    expect(await marshal.sync()).toMatchObject({
      guard: null,
      inbound: { updated: 60, conflicts: 0 },
      outbound: { updated: 60 },
    })
    expect(await citiesAt(marshal.server, 'Porto')).toBe(60)
  })
})

describe('a new field mapping', () => {
  it('waits for a person before it overwrites many records; hand edits go meanwhile', async () => {
    const marshal = await startAtTagServer({ config: { entities: ['tag'] } })
    await marshal.importRecords('tag', tags(40))
    await marshal.sync()
    const changes = { mapping: [{ ours: 'tag.type', theirs: 'barcode' }] }
    await marshal.client.targets.update({ name: 'timing', changes })
    expect(await marshal.sync()).toMatchObject({
      outbound: { updated: 0 },
      guard: { planned: 40, limit: 20 },
    })
    await marshal.set('tag', { number: 'T-new', type: 'Chip' })
    expect(await marshal.sync()).toMatchObject({ outbound: { created: 1 }, guard: { planned: 40 } })
    expect(await marshal.sync({ allowMassChange: true })).toMatchObject({
      outbound: { updated: 40 },
      guard: null,
    })
    expect(await marshal.sync()).toMatchObject(quiet)
  })
})

describe('many deletions', () => {
  const alive = async (server: MockSyncStandIn) =>
    (await server.records()).filter(({ deleted }) => !deleted).length

  it('at one target are taken over, and told to another, only with a person each time', async () => {
    const { marshal, far } = await threeSides(40, { remoteDeletion: 'delete' })
    await changeAllAt(far, { deleted: true })
    const run = await marshal.sync({}, 'far')
    expect(run).toMatchObject({
      result: 'warning',
      guard: { planned: 40 },
      inbound: { deleted: 0 },
    })
    expect(await persons(marshal)).toHaveLength(40)
    expect(await marshal.sync({}, 'far'), 'it waits on').toMatchObject({ guard: { planned: 40 } })
    const lifted = await marshal.sync({ allowMassChange: true }, 'far')
    expect(lifted).toMatchObject({ guard: null, inbound: { deleted: 40 } })
    expect(await persons(marshal)).toEqual([])
    expect(await marshal.sync()).toMatchObject({ guard: { planned: 40 }, outbound: { deleted: 0 } })
    expect(await alive(marshal.server)).toBe(40)
    expect(await marshal.sync({ allowMassChange: true })).toMatchObject({
      outbound: { deleted: 40 },
    })
    expect(await alive(marshal.server)).toBe(0)
    for (const target of ['timing', 'far']) {
      expect(await marshal.sync({ kind: 'reconcile' }, target)).toMatchObject(quiet)
    }
  })

  it('that wait do not hold up what changes at the target', async () => {
    const { marshal, far } = await threeSides(40, { remoteDeletion: 'delete' })
    const records = await far.records()
    await far.put(
      records.map((record, n) =>
        n < 30
          ? { ...record, deleted: true as const, timestamp: at(30) }
          : { ...record, city: 'Lisboa', timestamp: at(30) },
      ),
    )
    expect(await marshal.sync({}, 'far')).toMatchObject({
      guard: { planned: 30 },
      inbound: { updated: 10, deleted: 0 },
    })
    expect(await persons(marshal)).toHaveLength(40)
  })
})
