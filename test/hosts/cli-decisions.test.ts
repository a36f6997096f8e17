import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  conflictsDocument,
  decisionDocument,
  errorDocument,
  matchesDocument,
} from '../support/command-documents.ts'
import { at, remotePerson } from '../targets/mock-sync-server/at-mock-sync.ts'
import { dataFolderForTest, marshal, marshalJson } from '../support/run-marshal.ts'
import { startMockSync, type MockSyncStandIn } from '../targets/mock-sync-server/stand-in.ts'

// Many processes, one after the other, each a full start of Marshal.
vi.setConfig({ testTimeout: 180_000 })

const env = { MARSHAL_PASSPHRASE: 'correct horse battery staple' }

let data: string
let far: MockSyncStandIn
const closers: (() => Promise<unknown>)[] = []

beforeEach(async () => {
  const folder = await dataFolderForTest()
  data = folder.dir
  far = await startMockSync()
  closers.push(() => far.stop(), folder.remove)
})
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

const json = (args: readonly string[], more: { code?: number; input?: string } = {}) =>
  marshalJson(args, { data, env, ...more })
const run = (args: readonly string[]) => marshal(args, { data, env })

async function connect(more: Readonly<Record<string, unknown>>): Promise<void> {
  const config = { name: 'far', adapter: 'mock-sync-server', url: far.url, ...more }
  await json(['target', 'add', '-'], { input: JSON.stringify(config) })
}

describe('marshal conflicts', () => {
  it('lists and shows what was agreed, ours and theirs, and settles it', async () => {
    await connect({ conflicts: 'merge-fields' })
    const person = { firstName: 'Ana', lastName: 'Silva', city: 'Braga' }
    await far.put([remotePerson('a', person), remotePerson('b', { ...person, firstName: 'Bo' })])
    await json(['sync'])
    const { records } = (await json(['record', 'list', 'person'])) as { records: { id: string }[] }
    for (const { id } of records) {
      await json(['record', 'set', 'person', id, '--field', 'city=Porto'])
    }
    await far.put([
      remotePerson('a', { ...person, city: 'Lisboa' }, at(60)),
      remotePerson('b', { ...person, firstName: 'Bo', city: 'Faro' }, at(60)),
    ])
    await json(['sync'], { code: 1 })

    const { conflicts } = conflictsDocument.parse(await json(['conflicts', 'list']))
    expect(conflicts).toHaveLength(2)
    const [first, second] = conflicts
    expect(first!.fields).toMatchObject([
      { field: 'city', base: 'Braga', ours: 'Porto', theirs: 'Lisboa' },
    ])
    const shown = await run(['conflicts', 'show', first!.id])
    expect(shown.stdout).toMatch(/LAST AGREED +OURS +THEIRS/)
    expect(shown.stdout).toMatch(/city +Braga +Porto +Lisboa/)

    const kept = await json(['conflicts', 'resolve', first!.id, '--keep', 'ours'])
    expect(decisionDocument.parse(kept)).toEqual({ count: 1, refused: [] })
    const again = await json(['conflicts', 'resolve', first!.id, '--keep', 'theirs'], { code: 1 })
    expect(decisionDocument.parse(again)).toMatchObject({ count: 0, refused: [{ id: first!.id }] })
    await json(['conflicts', 'resolve', '--target', 'far', '--field', 'city=theirs'])
    expect(conflictsDocument.parse(await json(['conflicts', 'list'])).conflicts).toEqual([])
    await json(['sync'])
    const cities = (await far.records()).map(({ id, city }) => [id, city])
    expect(new Map(cities as [string, string][])).toEqual(
      new Map([
        ['a', 'Porto'],
        ['b', 'Faro'],
      ]),
    )

    const settled = await run(['conflicts', 'show', second!.id])
    expect(settled.code).toBe(2)
    const unknown = await run(['--json', 'conflicts', 'resolve', '4711', '--keep', 'ours'])
    expect(unknown.code).toBe(2)
    expect(errorDocument.parse(JSON.parse(unknown.stdout)).error.message).toContain('4711')
    for (const wrong of [
      ['resolve', '--keep', 'ours'],
      ['resolve', '1'],
      ['resolve', '1', '--field', 'city=me'],
    ]) {
      expect((await run(['conflicts', ...wrong])).code).toBe(2)
    }
  })
})

describe('marshal matches', () => {
  it('lists what is not linked, links it, takes it over or leaves it', async () => {
    await connect({ mode: 'master-leads' })
    const mine = (await json([
      ...['record', 'set', 'person', '--field', 'firstName=Anna', '--field', 'lastName=Silva'],
    ])) as { records: { id: string }[] }
    await json(['sync'])
    await far.put(
      ['a', 'b', 'c'].map((id) => remotePerson(id, { firstName: id, lastName: 'Silva' })),
    )
    await json(['sync'])
    const { matches } = matchesDocument.parse(await json(['matches', 'list', '--kind', 'remote']))
    expect(matches.map(({ remoteId }) => remoteId)).toEqual(['a', 'b', 'c'])
    const [a, b, c] = matches.map(({ id }) => id)
    expect((await run(['matches', 'list'])).stdout).toMatch(/remote +person a Silva/)

    const refused = await json(['matches', 'accept', a!, '--record', mine.records[0]!.id], {
      code: 1,
    })
    expect(decisionDocument.parse(refused).refused).toMatchObject([{ message: /linked to/ }])
    expect(decisionDocument.parse(await json(['matches', 'accept', a!, b!]))).toEqual({
      count: 2,
      refused: [],
    })
    await json(['matches', 'reject', c!])
    expect(matchesDocument.parse(await json(['matches', 'list'])).matches).toEqual([])
    expect(((await json(['record', 'list', 'person'])) as { records: [] }).records).toHaveLength(3)
    expect((await run(['matches', 'accept', c!])).code).toBe(2)
    expect((await run(['matches', 'reject'])).code).toBe(2)
  })
})
