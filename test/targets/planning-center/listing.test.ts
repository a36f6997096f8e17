/** Who is found at Planning Center: windows in place of deep pages, merged people, and what no date tells. */
import { describe, expect, it } from 'vitest'
import { useSite } from './bench.ts'

const at = useSite({ pageSize: 20 })
const { walk } = at
const begin = 1_777_000_000

/** So many people, made one second after the other, or all in one. */
async function load(count: number, everySeconds = 1): Promise<readonly string[]> {
  const ids: string[] = []
  for (let n = 0; n < count; n++) {
    await at.server.churchClock(begin + n * everySeconds)
    ids.push(...(await at.server.load([{ last_name: `P${n}` }])))
  }
  await at.server.churchClock(null)
  return ids
}
const idsOf = (records: readonly { remoteId: string }[]) => records.map(({ remoteId }) => remoteId)

describe('a walk through all people', () => {
  it('needs no page behind the last one a site shows', async () => {
    const ids = await load(70)
    await at.server.turn({ cap: 30 })
    const { records, pages } = await walk()
    expect(idsOf(records)).toEqual(ids)
    expect(pages.at(-1)).toMatchObject({ complete: true })
  })

  it('counts within a second, and finds somebody who moved out of it', async () => {
    const ids = await load(50, 0)
    const first = await at.bench.connection.changes!('person', null, at.bench.signal)
    await at.server.remove('Person', ids[3]!)
    await at.server.remove('Person', ids[19]!)
    const rest = await walk(first.cursor)
    const seen = new Set([...idsOf(first.records), ...idsOf(rest.records)])
    expect(seen).toEqual(new Set(ids))
  })

  it('tells nobody as gone where fewer came than there are', async () => {
    await load(30)
    const first = await at.bench.connection.changes!('person', null, at.bench.signal)
    await at.server.remove('Person', '25')
    const { pages } = await walk(first.cursor)
    expect(pages.at(-1)).toMatchObject({ more: false, complete: false })
  })

  it('names a record that cannot be read, and brings the others', async () => {
    await load(2)
    await at.server.fault({
      match: { pathPattern: 'created_at' },
      action: {
        kind: 'answer',
        status: 200,
        body: {
          data: [
            { type: 'Person', id: '7', attributes: { last_name: 'No dates' } },
            {
              ...{ type: 'Person', id: '8' },
              attributes: {
                ...{ last_name: 'Fine', created_at: '2026-04-24T03:06:40Z' },
                updated_at: '2026-04-24T03:06:40Z',
              },
            },
          ],
          meta: { total_count: 2 },
        },
      },
      times: 1,
    })
    const { pages, records } = await walk()
    expect(idsOf(records)).toEqual(['8'])
    expect(pages[0]).toMatchObject({ unreadable: [{ remoteId: '7' }], complete: false })
  })
})

describe('a walk through changes', () => {
  it('hears of an e-mail address, and of nobody else', async () => {
    const ids = await load(5, 60)
    const { cursor } = await walk()
    await at.server.add('Email', ids[2]!, { address: 'p2@example.org' })
    const { records, pages } = await walk(cursor)
    const fresh = records.filter(({ body }) => body['email'] !== null)
    expect(idsOf(fresh)).toEqual([ids[2]])
    expect(records.length).toBeLessThan(ids.length)
    expect(pages.at(-1)).toMatchObject({ complete: false })
  })

  it('does not hear of medical notes: the complete walk brings them', async () => {
    const ids = await load(3, 60)
    const { cursor } = await walk()
    await at.server.edit('Person', ids[0]!, { medical_notes: 'Asthma' })
    const medical = (records: readonly { body: Readonly<Record<string, unknown>> }[]) =>
      records.filter(({ body }) => body['medical_notes'] === 'Asthma').length
    expect(medical((await walk(cursor)).records)).toBe(0)
    expect(medical((await walk()).records)).toBe(1)
  })

  it('asks for everybody once where the clock there was set back', async () => {
    await load(3, 60)
    const { cursor } = await walk()
    await at.server.clockOffset(-1000 * 24 * 3_600_000)
    const { records, pages } = await walk(cursor)
    expect(records).toHaveLength(3)
    expect(pages.at(-1)).toMatchObject({ complete: true })
  })
})

describe('who was merged', () => {
  it('lives on under the other id, in every walk and where it is asked for', async () => {
    const [keep = '', gone = ''] = await load(2, 60)
    const { cursor } = await walk()
    await at.server.merge(keep, gone)
    const moved = { remoteId: gone, deleted: true, movedTo: keep }
    for (const from of [cursor, null]) {
      expect((await walk(from)).records).toContainEqual(expect.objectContaining(moved))
    }
    const { connection, signal } = at.bench
    expect(await connection.fetch!('person', gone, signal)).toMatchObject(moved)
  })
})

describe('requests', () => {
  it('ask for one version of the interface', async () => {
    await at.server.fault({
      action: {
        kind: 'answer',
        status: 400,
        body: { errors: [{ code: 'unsupported_version_error', title: 'Unsupported' }] },
      },
    })
    await expect(at.bench.connection.probe(at.bench.signal)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('newer Marshal'),
    })
  })

  it('beyond the limit are refused with how long to wait', async () => {
    await at.server.turn({ rate: { requests: 0, seconds: 20 } })
    const error: unknown = await at.bench.connection.probe(at.bench.signal).catch((e: unknown) => e)
    expect(error).toMatchObject({ code: 'rate-limited' })
    expect((error as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(10_000)
  })
})
