import { describe, expect, it } from 'vitest'
import { openConnection } from '../../main/engine/db/sqlite-connection.ts'
import { contentHash } from '../../main/engine/model/record.ts'
import { countWrites } from '../support/departures.ts'
import { addEntrant, raceDay, startListOf } from '../support/race-day.ts'
import { expectSameAt } from '../support/same-everywhere.ts'
import type { TestEngine } from '../support/test-engine.ts'
import type { TagServerStandIn } from '../targets/tagserver/stand-in.ts'
import { tagserverTarget, startAtTagServer } from '../targets/tagserver/target.ts'

const tags = (count: number) =>
  ['number', ...Array.from({ length: count }, (_, at) => `T-${at + 1}`)].join('\n') + '\n'

async function withTags(count: number): Promise<TestEngine<TagServerStandIn>> {
  const marshal = await startAtTagServer()
  await marshal.importRecords('tag', tags(count))
  await marshal.sync()
  return marshal
}

async function removeTags(marshal: TestEngine, count: number): Promise<void> {
  const { records } = await marshal.client.records.list({ entity: 'tag', limit: count })
  for (const { id } of records) await marshal.remove('tag', id)
}

describe('a filter', () => {
  const oneTag = { '===': [{ var: 'tag.barcode' }, 'A'] }

  it('keeps what does not match here, and sends it once it does', async () => {
    const marshal = await startAtTagServer({ config: { filter: oneTag } })
    const tag = await marshal.set('tag', { number: 'T-1', barcode: 'B' })
    await marshal.set('tag', { number: 'T-2', barcode: 'A' })
    expect(await marshal.sync()).toMatchObject({ outbound: { created: 1, skipped: 1 } })
    expect(await marshal.status()).toMatchObject({ state: 'up-to-date', pending: 0 })
    await marshal.set('tag', { barcode: 'A' }, tag.id)
    expect(await marshal.sync()).toMatchObject({ outbound: { created: 1 } })
    expect(await marshal.server.counts()).toMatchObject({ tags: 2 })
  })

  it('keeps here too what belongs to it, and nothing waits; all of it goes once it matches', async () => {
    const inPorto = { '===': [{ var: 'event.city' }, 'Porto'] }
    const marshal = await startAtTagServer({ config: { filter: inPorto } })
    const day = await raceDay(marshal)
    await addEntrant(marshal, day, { bib: '7', firstName: 'Ana' })
    expect(await marshal.sync()).toMatchObject({ result: 'success', outbound: { held: 0 } })
    expect(await marshal.status()).toMatchObject({ state: 'up-to-date', pending: 0, held: 0 })
    expect(await marshal.server.counts()).toMatchObject({ people: 1, 'event-participants': 0 })
    await marshal.set('event', { city: 'Porto' }, day.event.id)
    await marshal.sync()
    expect(await marshal.status()).toMatchObject({ state: 'up-to-date', pending: 0, held: 0 })
    await expectSameAt(marshal.client, tagserverTarget, marshal.server)
  })

  it('leaves at the target what no longer matches, as it was', async () => {
    const marshal = await startAtTagServer({ config: { filter: oneTag } })
    const tag = await marshal.set('tag', { number: 'T-1', barcode: 'A' })
    await marshal.sync()
    await marshal.set('tag', { barcode: 'B' }, tag.id)
    expect(await marshal.sync()).toMatchObject({ outbound: { deleted: 0, skipped: 1 } })
    expect(await marshal.server.dump('tags')).toMatchObject([{ number: 'T-1', barcode: 'A' }])
  })

  it('marks everything anew when it is changed, and sends only what differs', async () => {
    const marshal = await startAtTagServer({ config: { filter: oneTag } })
    await marshal.set('tag', { number: 'T-1', barcode: 'A' })
    await marshal.set('tag', { number: 'T-2', barcode: 'B' })
    await marshal.sync()
    await marshal.client.targets.update({ name: 'timing', changes: { filter: null } })
    expect(await marshal.status()).toMatchObject({ pending: 2 })
    expect(await marshal.sync()).toMatchObject({ outbound: { created: 1, updated: 0, skipped: 1 } })
    await expectSameAt(marshal.client, tagserverTarget, marshal.server)
  })
})

describe('the kinds of record a target takes', () => {
  it('can be widened: what was here already goes too', async () => {
    const marshal = await startAtTagServer({ config: { entities: ['tag'] } })
    await marshal.importEntrants(startListOf(3))
    await marshal.sync()
    expect(await marshal.server.counts()).toMatchObject({ tags: 3, people: 0 })
    await marshal.client.targets.update({
      name: 'timing',
      changes: { entities: ['tag', 'person'] },
    })
    expect(await marshal.sync()).toMatchObject({ outbound: { created: 3 } })
    expect(await marshal.server.counts()).toMatchObject({ tags: 3, people: 3 })
  })

  it('can be narrowed and widened again without anything being made twice', async () => {
    const marshal = await startAtTagServer()
    await marshal.importEntrants(startListOf(3))
    await marshal.sync()
    await marshal.client.targets.update({ name: 'timing', changes: { entities: ['tag'] } })
    const { records } = await marshal.client.records.list({ entity: 'person' })
    await marshal.set('person', { phone: '+49 30 901820' }, records[0]!.id)
    expect(await marshal.sync()).toMatchObject({ outbound: { created: 0, updated: 0 } })
    expect(await marshal.status()).toMatchObject({ pending: 0 })
    await marshal.client.targets.update({
      name: 'timing',
      changes: {
        entities: [
          'organisation',
          'person',
          'event',
          'race',
          'startGroup',
          'tag',
          'eventParticipant',
          'startGroupParticipant',
        ],
      },
    })
    const from = marshal.departures.length
    await marshal.sync()
    expect(countWrites(marshal.departures.slice(from))).toEqual({ 'PUT people': 1 })
    await expectSameAt(marshal.client, tagserverTarget, marshal.server)
  })

  it('with another mapping sends everything once more', async () => {
    const marshal = await withTags(3)
    await marshal.client.targets.update({
      name: 'timing',
      changes: { mapping: [{ ours: 'tag.type', theirs: 'barcode' }] },
    })
    expect(await marshal.sync()).toMatchObject({ outbound: { updated: 3 } })
    expect(await marshal.sync()).toMatchObject({ outbound: { updated: 0 } })
  })
})

describe('many deletions at once', () => {
  it('stop above 20 records and a tenth, and say so', async () => {
    const marshal = await withTags(40)
    await removeTags(marshal, 21)
    const run = await marshal.sync()
    expect(run).toMatchObject({
      result: 'warning',
      outbound: { deleted: 0 },
      guard: { planned: 21, limit: 20 },
    })
    expect(run.guard).toMatchObject({ linked: 40, reason: expect.stringContaining('21 of 40') })
    expect(await marshal.server.counts()).toMatchObject({ tags: 40 })
    expect(await marshal.status()).toMatchObject({ state: 'attention', pending: 21 })
  })

  it('do not hold up anything else', async () => {
    const marshal = await withTags(40)
    await removeTags(marshal, 21)
    await marshal.set('person', { firstName: 'Ana', lastName: 'Silva' })
    expect(await marshal.sync()).toMatchObject({ outbound: { created: 1, deleted: 0 } })
  })

  it('go when a person lifts the guard for one run', async () => {
    const marshal = await withTags(40)
    await removeTags(marshal, 21)
    await marshal.sync()
    expect(await marshal.sync({ allowMassChange: true })).toMatchObject({
      result: 'success',
      guard: null,
      outbound: { deleted: 21 },
    })
    expect(await marshal.server.counts()).toMatchObject({ tags: 19 })
    expect(await marshal.status()).toMatchObject({ state: 'up-to-date', pending: 0 })
  })

  it.each([
    ['20 records, however large a share that is', 40, 20],
    ['a tenth, however many records that is', 250, 25],
  ])('go by themselves up to %s', async (_what, there, gone) => {
    const marshal = await withTags(there)
    await removeTags(marshal, gone)
    expect(await marshal.sync()).toMatchObject({ guard: null, outbound: { deleted: gone } })
  })
})

describe('a rehearsal', () => {
  it('tells what a run would do, sends nothing and writes nothing', async () => {
    const marshal = await startAtTagServer()
    await marshal.importEntrants(startListOf(3))
    await marshal.sync()
    const { records } = await marshal.client.records.list({ entity: 'person' })
    await marshal.set('person', { phone: '+49 30 901820' }, records[0]!.id)
    await marshal.set('person', { medicalConditions: 'Asthma' }, records[1]!.id)
    await marshal.set('tag', { number: 'T-99' })
    const before = await databaseContent(marshal.dataDir)
    const sent = await marshal.server.stats()
    const report = await marshal.client.sync.rehearse({ name: 'timing' })
    expect(report.run).toMatchObject({
      rehearsal: true,
      outbound: { created: 1, updated: 1, skipped: 1, failed: 0 },
    })
    expect(report.lines.map(({ entity, action }) => `${action} ${entity}`).sort()).toEqual([
      'create tag',
      'skip person',
      'update person',
    ])
    expect(await marshal.sync({ rehearse: true })).toMatchObject({ outbound: { created: 1 } })
    expect(await databaseContent(marshal.dataDir)).toEqual(before)
    expect((await marshal.server.stats()).requests).toBe(sent.requests)
  })

  it('plans a first run with its children, and the run then does the same', async () => {
    const marshal = await startAtTagServer()
    await marshal.importEntrants(startListOf(3))
    const { run } = await marshal.client.sync.rehearse({ name: 'timing' })
    expect(run.outbound.held).toBe(0)
    expect((await marshal.sync()).outbound).toEqual(run.outbound)
  })
})

/** Rows of every table, each table as one hash. */
async function databaseContent(dataDir: string): Promise<Readonly<Record<string, string>>> {
  const connection = await openConnection(`${dataDir}/marshal.db`, { mode: 'read' })
  try {
    const tables = await connection.all(
      `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'person_search%'`,
    )
    const content: Record<string, string> = {}
    for (const { name } of tables as unknown as readonly { name: string }[]) {
      content[name] = contentHash(JSON.stringify(await connection.all(`SELECT * FROM ${name}`)))
    }
    expect(Object.keys(content)).toContain('sync_record')
    return content
  } finally {
    await connection.close()
  }
}
