import { describe, expect, it } from 'vitest'
import {
  at,
  persons,
  remotePerson,
  start,
  type Marshal,
} from '../targets/mock-sync-server/at-mock-sync.ts'

/** A body as text, for what an object cannot hold. */
const raw = (marshal: Marshal, text: string) =>
  marshal.server.fault({
    match: { method: 'GET' },
    action: { kind: 'answer', status: 200, body: text },
  })

const named = (id: string, lastName: string, timestamp = at(-600)) =>
  `{"id": ${id}, "entity": "person", "timestamp": "${timestamp}", "firstName": "Ana", "lastName": "${lastName}"}`

describe('what a target says and nobody can keep', () => {
  it('is refused by name where an id is a number too large to be read exactly', async () => {
    const marshal = await start()
    const [one, other] = ['9007199254740993', '9007199254740992']
    await raw(
      marshal,
      `[${named(one!, 'Silva')}, ${named(other!, 'Costa')}, ${named('7', 'Reis')}]`,
    )
    const run = await marshal.sync()
    expect(run).toMatchObject({ result: 'warning', inbound: { created: 1, failed: 2 } })
    expect(run.errors.map(({ remoteId }) => remoteId)).toEqual([one, other])
    expect(run.errors[0]!.message).toContain(one)
    expect(run.errors[1]!.message).toContain(other)
    expect((await persons(marshal)).map(({ lastName }) => lastName)).toEqual(['Reis'])
  })

  it('keeps the digits of a number in a field', async () => {
    const marshal = await start()
    const tag = (id: string, number: string) =>
      `{"id": "${id}", "entity": "tag", "timestamp": "${at(-600)}", "number": ${number}}`
    await raw(marshal, `[${tag('a', '900719925474099301')}, ${tag('b', '900719925474099302')}]`)
    await marshal.sync()
    const { records } = await marshal.client.records.list({ entity: 'tag' })
    expect(records.map(({ number }) => number).sort()).toEqual([
      '900719925474099301',
      '900719925474099302',
    ])
  })

  it.each([
    ['after 2200', '2260-01-01T00:00:00.000Z'],
    ['before 1900', '1899-12-31T23:59:59.000Z'],
  ])('is refused by name where its time is %s', async (_when, timestamp) => {
    const marshal = await start()
    await marshal.server.odd([
      remotePerson('far', { lastName: 'Silva' }, timestamp),
      remotePerson('now', { lastName: 'Costa' }),
    ])
    const run = await marshal.sync()
    expect(run).toMatchObject({
      result: 'warning',
      inbound: { created: 1, failed: 1 },
      errors: [{ remoteId: 'far', code: 'bad-response' }],
    })
    expect(run.errors[0]!.message).toContain(timestamp.slice(0, 4))
    expect((await persons(marshal)).map(({ lastName }) => lastName)).toEqual(['Costa'])
  })

  it('leaves out a field with a time after 2200, by name, and takes the rest', async () => {
    const marshal = await start()
    await marshal.server.put([
      {
        id: 'e',
        entity: 'event',
        timestamp: at(-600),
        name: 'Far',
        startDateTime: '2260-01-01T09:00:00Z',
      },
    ])
    const run = await marshal.sync()
    expect(run).toMatchObject({ result: 'warning', inbound: { created: 1, failed: 0 } })
    expect(run.errors[0]!.message).toMatch(/1900.*2200/)
  })

  it('is refused by name where text ends in half a letter', async () => {
    const marshal = await start()
    await raw(marshal, `[${named('"a"', 'Sil\\ud800va')}, ${named('"b"', 'Costa')}]`)
    const run = await marshal.sync()
    expect(run).toMatchObject({ inbound: { created: 1, failed: 1 }, errors: [{ remoteId: 'a' }] })
    expect(run.errors[0]!.message).toContain('Last name')
  })

  it('does not count as gone where an id has half a letter', async () => {
    const marshal = await start({ config: { remoteDeletion: 'delete' } })
    await marshal.server.put([remotePerson('keep', { lastName: 'Reis' })])
    await marshal.sync()
    await raw(marshal, `[${named('"x\\ud800"', 'Silva')}, ${named('"ok"', 'Costa')}]`)
    for (const kind of ['reconcile', 'reconcile'] as const) {
      const run = await marshal.sync({ kind, force: true })
      expect(run).toMatchObject({ result: 'warning', inbound: { deleted: 0, failed: 1 } })
      expect(run.errors[0]!.message).toMatch(/id/)
    }
    expect((await persons(marshal)).map(({ lastName }) => lastName).sort()).toEqual([
      'Costa',
      'Reis',
    ])
  })
})

describe('a listing with one record in several states', () => {
  const state = (firstName: string, seconds: number | string) => ({
    ...remotePerson('a', { firstName, lastName: 'Silva' }),
    timestamp: typeof seconds === 'string' ? seconds : at(seconds),
  })
  const firstNames = async (marshal: Marshal) =>
    (await persons(marshal)).map(({ firstName }) => firstName)

  it.each([
    ['older last', ['New', 'Old']],
    ['newer last', ['Old', 'New']],
  ])('is what is newest: %s', async (_order, order) => {
    const marshal = await start()
    const times: Readonly<Record<string, string>> = { Old: at(-900), New: at(-600) }
    await marshal.server.odd(order.map((name) => state(name, times[name]!)))
    await marshal.sync()
    expect(await firstNames(marshal)).toEqual(['New'])
    for (const force of [false, false, true]) {
      const run = await marshal.sync({ kind: 'reconcile', force })
      expect(run).toMatchObject({ inbound: { created: 0, updated: 0, conflicts: 0 } })
      expect(await firstNames(marshal)).toEqual(['New'])
    }
  })

  it('is what was seen last where the times are equal', async () => {
    const marshal = await start()
    const time = at(-600)
    await marshal.server.odd([state('First', time), state('Last', time)])
    await marshal.sync()
    expect(await firstNames(marshal)).toEqual(['Last'])
    for (let again = 0; again < 3; again++) {
      expect(await marshal.sync({ kind: 'reconcile' })).toMatchObject({ inbound: { updated: 0 } })
      expect(await firstNames(marshal)).toEqual(['Last'])
    }
  })

  it('is what is newest across pages', async () => {
    const marshal = await start()
    const many = Array.from({ length: 600 }, (_, n) =>
      remotePerson(`p${n}`, { lastName: `Costa ${n}` }, at(-800)),
    )
    const [old, young] = [at(-900), at(-600)]
    await marshal.server.odd([state('New', young), ...many, state('Old', old)])
    await marshal.sync()
    for (let again = 0; again < 3; again++) {
      expect(await marshal.sync({ kind: 'reconcile' })).toMatchObject({ inbound: { updated: 0 } })
    }
    const found = (await persons(marshal)).find(({ lastName }) => lastName === 'Silva')
    expect(found).toMatchObject({ firstName: 'New' })
  })

  it('is one record in a comparison too', async () => {
    const marshal = await start()
    const [old, young] = [at(-900), at(-600)]
    await marshal.server.odd([state('New', young), state('Old', old)])
    await marshal.sync()
    const report = await marshal.client.sync.compare({ name: 'timing' })
    expect(report.counts).toMatchObject({ same: 1, differs: 0 })
  })
})
