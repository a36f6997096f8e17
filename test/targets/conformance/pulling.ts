/** Finding remote changes: nothing lost at page edges or equal timestamps, nothing checkpointed that was not read. */
import { describe, expect, it } from 'vitest'
import type { EntityName } from '../../../main/contract/words.ts'
import type { RemotePage, RemoteRecord } from '../../../main/engine/targets/kit/adapter.ts'
import type { Subject } from './subject.ts'
import type { PullServer } from './server.ts'
import { changeOf, contentThere, contentSent, sampleFields } from './sample-records.ts'

const mostPages = 100

export interface Walk {
  readonly records: readonly RemoteRecord[]
  readonly pages: readonly RemotePage[]
  readonly cursor: string | null
}

export function testPulling({ adapter, server, bench, simple, sends }: Subject<PullServer>): void {
  async function walk(cursor: string | null, entity: EntityName = simple): Promise<Walk> {
    const { connection, signal } = bench()
    if (!connection.changes) throw new Error(`${adapter.manifest.name} cannot pull`)
    const pages: RemotePage[] = []
    let at = cursor
    do {
      const page = await connection.changes(entity, at, signal)
      pages.push(page)
      at = page.cursor
    } while (pages.at(-1)?.more && pages.length < mostPages)
    // A page may bring other kinds along.
    const records = pages.flatMap((page) => page.records.filter((one) => one.entity === entity))
    return { records, pages, cursor: at }
  }

  const isReceived = adapter.manifest.bindings.some(
    ({ entity, direction }) => entity === simple && direction !== 'outbound',
  )
  const bringsOthersAlong = adapter.manifest.bindings.some(({ changes }) => changes === 'with')

  /** Each walk is a listing of everything there is. */
  const isListing = () => bench().binding(simple).changes === 'listing'

  /** What the engine's inbox would let through: each version once. */
  const fresh = (seen: Set<string>, { records }: Walk) =>
    records.filter(({ remoteId, version }) => {
      const known = seen.has(`${remoteId} ${version}`)
      seen.add(`${remoteId} ${version}`)
      return !known
    })

  describe('pulling', () => {
    it('finds nothing at an empty server, and says that it looked at all of it', async () => {
      const { records, pages } = await walk(null)
      expect(records).toEqual([])
      expect(pages).toMatchObject([{ more: false, complete: true, unreadable: [] }])
    })

    it('gives back what was sent, to the letter', async () => {
      const binding = bench().binding(simple)
      const { remoteId, kept, refs, modifiedOn } = await bench().create(simple, 1)
      const { records } = await walk(null)
      expect(records).toMatchObject([{ entity: simple, remoteId, deleted: false }])
      expect(contentThere(binding, records[0]?.body ?? {})).toBe(
        contentSent(binding, { ...sampleFields(binding, 1), ...kept }, refs),
      )
      expect(records[0]?.modifiedOn).toBe(modifiedOn)
    })

    it('loses none of many records with one timestamp, on any page edge', async () => {
      const put = await server().putTogether(simple, 1_203, 'one')
      const { records, pages } = await walk(null)
      expect(records.map(({ remoteId }) => remoteId).toSorted()).toEqual(put.toSorted())
      expect(pages.length).toBeGreaterThan(1)
      expect(pages.at(-1)?.complete).toBe(true)
    })

    it('goes on after the cursor with what is new, and only that', async () => {
      const seen = new Set<string>()
      const first = await walk(null)
      await server().putTogether(simple, 3, 'one')
      const second = await walk(first.cursor)
      expect(fresh(seen, second)).toHaveLength(3)
      const added = await server().putTogether(simple, 2, 'two')
      const third = await walk(second.cursor)
      expect(
        fresh(seen, third)
          .map(({ remoteId }) => remoteId)
          .toSorted(),
      ).toEqual(added.toSorted())
      expect(fresh(seen, await walk(third.cursor))).toEqual([])
      // A listing is whole each time; what is newer than something never is.
      expect(third.pages.at(-1)?.complete).toBe(isListing())
    })

    it('goes on in the middle of a walk on a new connection', async () => {
      const put = await server().putTogether(simple, 1_203, 'one')
      const { connection, signal } = bench()
      const page = await connection.changes?.(simple, null, signal)
      await connection.changes?.(simple, null, signal)
      const rest = await walk(page?.cursor ?? null)
      const all = [...(page?.records ?? []), ...rest.records]
        .filter(({ entity }) => entity === simple)
        .map(({ remoteId }) => remoteId)
      expect(all.toSorted()).toEqual(put.toSorted())
    })

    // What is only sent, and brings others along, may be gone there: nothing here follows from that.
    it.runIf(isReceived)(
      'reports a deletion, or leaves the record out of a complete listing',
      async () => {
        const [remoteId = '', other = ''] = await server().putTogether(simple, 2, 'one')
        const { cursor } = await walk(null)
        await server().removeThere(simple, remoteId)
        const onlyWhole = server().tellsDeletions === false
        const { records, pages } = await walk(onlyWhole ? null : cursor)
        if (isListing() || onlyWhole) {
          expect(records).toMatchObject([{ remoteId: other, deleted: false }])
          expect(pages.at(-1)?.complete).toBe(true)
        } else {
          expect(records.filter(({ deleted }) => deleted)).toMatchObject([{ remoteId }])
        }
      },
    )

    it('gives a changed record a new version and the same record the same', async () => {
      const { change, remoteId } = await bench().create(simple, 1)
      const versions = async () => (await walk(null)).records.map(({ version }) => version)
      const [before] = await versions()
      expect(await versions()).toEqual([before])
      const binding = bench().binding(simple)
      const update = changeOf(binding, 'update', sampleFields(binding, 2), { remoteId })
      await bench().send(simple, [{ ...update, recordId: change.recordId }])
      const [after] = await versions()
      expect(after).not.toBe(before)
    })

    const other = sends.includes('tag') ? 'tag' : sends.find((entity) => entity !== simple)
    if (!bringsOthersAlong && other !== undefined) {
      it('keeps the entities apart', async () => {
        await bench().create(simple, 1)
        await bench().create(other, 2)
        const ours = await walk(null)
        const theirs = await walk(null, other)
        expect(ours.records.map(({ entity }) => entity)).toEqual([simple])
        expect(theirs.records.map(({ entity }) => entity)).toEqual([other])
      })
    }

    it('moves no cursor when the answer fails', async () => {
      await server().putTogether(simple, 2, 'one')
      const { cursor } = await walk(null)
      const added = await server().putTogether(simple, 2, 'two')
      await server().process.fault({ action: { kind: 'truncated-json' }, times: 1 })
      await expect(walk(cursor)).rejects.toMatchObject({ code: 'bad-response' })
      const ids = (await walk(cursor)).records.map(({ remoteId }) => remoteId)
      expect(ids).toEqual(expect.arrayContaining([...added]))
    })
  })
}
