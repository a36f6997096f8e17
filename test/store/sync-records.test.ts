/** What happens to a sync record while its record is under way, or changed by somebody. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { applyChanges } from '../../main/engine/change-together.ts'
import { freezeDeliveries } from '../../main/engine/store/traffic/deliveries.ts'
import { writeInboundResults } from '../../main/engine/store/links/inbound-links.ts'
import { checkStore } from '../../main/engine/store/check/integrity.ts'
import { writeScope, type ScopeEntry } from '../../main/engine/store/links/scope.ts'
import { rows } from '../../main/engine/store/sql/statement.ts'
import {
  noteNotTaken,
  releaseChildren,
  setAside,
} from '../../main/engine/store/links/sync-records.ts'
import { releaseDecided } from '../../main/engine/store/links/possible-twins.ts'
import { insertTarget } from '../../main/engine/store/runs/targets.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

const person: ScopeEntry = {
  entity: 'person',
  outbound: true,
  inbound: true,
  firstState: 'linked',
}

let test: TestCore
let targetId: number
beforeEach(async () => {
  test = await openTestCore()
  targetId = await test.core.db.transaction().execute(async (trx) => {
    const id = await insertTarget(
      trx,
      {
        name: 'timing',
        adapter: 'mock-sync-server',
        url: '',
        auth: 'none',
        settings: {},
        mode: 'mirror',
        direction: 'both',
        conflicts: 'master-wins',
        remoteDeletion: 'unlink',
        entities: ['person'],
        filter: null,
        mapping: [],
        owners: {},
        sensitive: [],
        schedule: { delta: null, reconcile: null },
        allowInsecure: false,
      },
      1,
    )
    await writeScope(trx, id, [person])
    return id
  })
})
afterEach(async () => {
  expect(await checkStore(test.core.reader, test.database)).toEqual({ ok: true, problems: [] })
  await test.close()
})

async function addPerson(): Promise<string> {
  const id = test.core.ports.ids.uuid()
  await applyChanges(test.core, [
    { action: 'create', entity: 'person', id, fields: { lastName: 'Kip' } },
  ])
  return id
}

const edit = (id: string) =>
  applyChanges(test.core, [
    { action: 'update', entity: 'person', id, fields: { firstName: 'Ana' } },
  ])

async function syncRecordOf(recordId: string) {
  const [found] = await rows<{
    rowNo: number
    state: string
    stamp: number
    bucket: string | null
  }>(
    test.core.reader,
    `SELECT rowNo, state, entityModifiedOn AS stamp, bucket FROM sync_record WHERE recordId = ?`,
    recordId,
  )
  return found!
}

describe('a record that is edited while it is decided about', () => {
  it('is not held or ignored for what it was before', async () => {
    for (const event of ['held', 'leftOut'] as const) {
      const id = await addPerson()
      const { rowNo, stamp } = await syncRecordOf(id)
      await edit(id)
      await test.core.db
        .transaction()
        .execute((trx) =>
          setAside(trx, targetId, [
            { rowNo, stamp, event, syncedOn: null, partStamp: 0, heldBy: null },
          ]),
        )
      expect(await syncRecordOf(id)).toMatchObject({ state: 'linked', bucket: 'pending' })
    }
  })

  it('has not failed for what it was before', async () => {
    const id = await addPerson()
    const { rowNo, stamp } = await syncRecordOf(id)
    await edit(id)
    const refusal = { code: 'rejected', message: 'No.', nextAttemptOn: null } as const
    await test.core.db
      .transaction()
      .execute((trx) => noteNotTaken(trx, [{ rowNo, stamp, state: 'failed', ...refusal }], 1))
    expect(await syncRecordOf(id)).toMatchObject({ state: 'linked', bucket: 'pending' })
  })
})

describe('a record that waits for its parent', () => {
  it('still waits for it after the target told nothing new of it', async () => {
    const [id, parent] = [await addPerson(), await addPerson()]
    const { rowNo, stamp } = await syncRecordOf(id)
    const aside = { rowNo, stamp, syncedOn: null, partStamp: 0 }
    await test.core.db.transaction().execute(async (trx) => {
      await setAside(trx, targetId, [{ ...aside, event: 'held', heldBy: parent }])
      await writeInboundResults(trx, targetId, 'person', [
        {
          ...{ rowNo, recordId: id, remoteId: 'theirs', remoteVersion: '1', state: 'held' },
          ...{ agreed: null, agreedHash: null, linkData: null, remoteSyncedOn: 1 },
          ...{ entityModifiedOn: null, entitySyncedOn: null },
        },
      ])
    })
    expect(await syncRecordOf(id)).toMatchObject({ state: 'held' })
    await releaseDecided(test.core.db, targetId)
    expect(await syncRecordOf(id)).toMatchObject({ state: 'held' })
    await test.core.db.transaction().execute((trx) => releaseChildren(trx, targetId, [parent]))
    expect(await syncRecordOf(id)).toMatchObject({ state: 'linked', bucket: 'pending' })
  })
})

describe('a target that new records are no longer sent to by themselves', () => {
  it('puts what it never had into the review list, but not what may be on its way', async () => {
    const [waiting, travelling] = [await addPerson(), await addPerson()]
    const { rowNo, stamp } = await syncRecordOf(travelling)
    await test.core.db.transaction().execute(async (trx) => {
      await freezeDeliveries(trx, targetId, 'run', [
        {
          key: 'k',
          syncRecordNo: rowNo,
          entity: 'person',
          recordId: travelling,
          action: 'create',
          remoteId: null,
          remoteVersion: null,
          body: '{}',
          agreed: null,
          hash: null,
          stamp,
          remoteModifiedOn: stamp,
          modifiedBy: 'Eva',
          mappingVersion: 1,
          waitsFor: null,
          carried: [],
          state: 'sending',
        },
      ])
      await writeScope(trx, targetId, [{ ...person, firstState: 'unmatched' }])
    })
    expect(await syncRecordOf(waiting)).toMatchObject({ state: 'unmatched' })
    expect(await syncRecordOf(travelling)).toMatchObject({ state: 'linked' })
  })
})
