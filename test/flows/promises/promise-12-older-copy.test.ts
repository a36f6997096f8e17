import { describe, expect, it } from 'vitest'
import { startListOf } from '../../support/race-day.ts'
import { expectSameAt } from '../../support/same-everywhere.ts'
import { laptopBeside } from '../../support/twice-filled.ts'
import { tagserverTarget } from '../../targets/tagserver/target.ts'
import { mockSyncTarget } from '../../targets/mock-sync-server/target.ts'

const entrants = 40

describe('Promise 12: after going back to an older copy', () => {
  it('when the backup was made in the middle of the first run, after it had looked', async () => {
    let backUp = async () => {}
    const laptop = await laptopBeside(tagserverTarget, {
      probe: async (point) => {
        if (point === 'push:settled') await backUp()
      },
    })
    await laptop.marshal.importEntrants(startListOf(entrants))
    await laptop.addTarget()
    backUp = async () => {
      backUp = async () => {}
      await laptop.backUp()
    }
    await laptop.marshal.sync()
    const there = await laptop.server.counts()
    await laptop.restore()
    expect(await laptop.marshal.sync()).toMatchObject({ kind: 'initial', outbound: { created: 0 } })
    expect(await laptop.server.counts()).toEqual(there)
    await expectSameAt(laptop.marshal.client, tagserverTarget, laptop.server)
  })

  it('what was deleted there since the backup is made there again, also where changes are told apart by key and time', async () => {
    const laptop = await laptopBeside(mockSyncTarget)
    await laptop.marshal.importRecords('person', 'first_name,last_name\nIda,Voss\n')
    await laptop.addTarget()
    await laptop.backUp()
    await laptop.marshal.sync()
    const { records } = await laptop.marshal.client.records.list({ entity: 'person', limit: 1 })
    await laptop.marshal.remove('person', records[0]!.id)
    await laptop.marshal.sync()
    const alive = async () => (await laptop.server.records()).filter(({ deleted }) => !deleted)
    expect(await alive()).toEqual([])
    await laptop.server.clockOffset(60_000)
    await laptop.restore()
    expect(await laptop.marshal.sync()).toMatchObject({
      result: 'success',
      outbound: { created: 1 },
    })
    expect(await alive()).toHaveLength(1)
    await expectSameAt(laptop.marshal.client, mockSyncTarget, laptop.server)
  })
})
