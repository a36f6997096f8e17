import { describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../support/test-engine.ts'
import { startAtTagServer } from '../targets/tagserver/target.ts'
import { mockSyncTarget } from '../targets/mock-sync-server/target.ts'

const list = (rows: number) =>
  [
    'bib,first_name,last_name,email,race,start_group,tag',
    ...Array.from(
      { length: rows },
      (_, n) => `${n + 1},Runner${n},Silva,r${n}@example.org,Marathon,Wave ${n % 5},T-${n}`,
    ),
  ].join('\n') + '\n'

const undo = async ({ client }: Pick<TestEngine, 'client'>, id: string) => {
  for await (const { report } of await client.imports.undo({ id })) if (report) return report
  throw new Error('Taking it back ended without a report')
}
const lastImport = async ({ client }: Pick<TestEngine, 'client'>) =>
  (await client.imports.list({})).imports[0]!

describe('an import that is taken back', () => {
  it('of 2,000 rows, with edits in between, reaches a target as corrections', async () => {
    const marshal = await startTestEngine({
      target: mockSyncTarget,
      config: { direction: 'outbound' },
    })
    const { client } = marshal
    await marshal.importEntrants(list(3))
    await marshal.sync()
    const told = () => marshal.server.records()
    const before = (await told()).length
    await marshal.importEntrants(
      list(2_003).replace('r1@example.org', 'second@example.org').replace(',T-2\n', ',T-X\n'),
    )
    const { id, fileName, created, updated } = await lastImport(marshal)
    expect(created).toMatchObject({ person: 2_000, eventParticipant: 2_000, tag: 2_001 })
    expect(updated).toMatchObject({ person: 1, eventParticipant: 1, tag: 1 })
    await marshal.sync()
    const between = await told()
    expect(between.length).toBeGreaterThan(before + 6_000)

    const { records } = await client.records.list({ entity: 'person', query: 'Runner7 Silva' })
    const edited = records.find(({ display }) => display === 'Runner7 Silva')!
    await marshal.set('person', { city: 'Faro' }, edited.id)

    const report = await undo(marshal, id)
    expect(report.deleted).toMatchObject({ person: 1_999, eventParticipant: 2_000, tag: 2_001 })
    expect(report.restored).toMatchObject({ person: 1, eventParticipant: 1, tag: 1 })
    expect(report.kept).toMatchObject([
      { entity: 'person', display: 'Runner7 Silva', why: 'edited', field: null },
    ])
    expect(await lastImport(marshal)).toMatchObject({
      id,
      fileName,
      undo: 'done',
      undone: { keptTotal: 1 },
    })
    const tags = await client.records.list({ entity: 'tag', limit: 1000 })
    expect(tags.records.map(({ number, status }) => [number, status])).toEqual([
      ['T-0', 'inUse'],
      ['T-1', 'inUse'],
      ['T-2', 'inUse'],
    ])

    // So many deletions wait for a person first; the target has exactly what is here afterwards.
    await marshal.sync({ allowMassChange: true, force: true })
    expect(await marshal.status()).toMatchObject({ pending: 0, failed: 0 })
    const left = (await told()).filter((record) => record['deleted'] !== true)
    expect(left.length).toBe(before + 1)
    expect(JSON.stringify(left)).toContain('r1@example.org')
    expect(JSON.stringify(left)).not.toContain('second@example.org')

    await expect(undo(marshal, id)).rejects.toThrow(/was taken back already/)
    const { entries } = await client.records.history({ limit: 1 })
    expect(entries).toMatchObject([{ origin: 'import', from: fileName, undoes: true }])
  })

  it('is remembered when the engine ended in the middle of it, and can be taken back', async () => {
    const marshal = await startAtTagServer({ config: false })
    const stop = new AbortController()
    const cut = marshal.engine.importFile(
      {
        name: 'cut.csv',
        open: async function* () {
          yield new TextEncoder().encode(list(2_000))
        },
      },
      { entity: 'entrant', event: 'Cut Run', map: {}, rehearse: false },
      () => stop.abort(new Error('power failure')),
      stop.signal,
    )
    await expect(cut).rejects.toThrow('power failure')
    const { id, rows } = await lastImport(marshal)
    expect(rows).toBeGreaterThan(0)
    expect(rows).toBeLessThan(2_000)
    expect(await undo(marshal, id)).toMatchObject({ keptTotal: 0 })
    expect((await marshal.client.status.get()).records['person'] ?? 0).toBe(0)
  })
})
