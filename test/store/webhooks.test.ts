import type { CompiledQuery } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Trx } from '../../main/engine/db/schema.ts'
import { stageRecords } from '../../main/engine/store/traffic/inbox.ts'
import { insertTarget } from '../../main/engine/store/runs/targets.ts'
import {
  dropStaged,
  findNews,
  noteWanted,
  pruneWebhooks,
  readWanted,
  strikeWanted,
  takeDelivery,
} from '../../main/engine/store/traffic/webhooks.ts'
import { run, value } from '../../main/engine/store/sql/statement.ts'
import { noting, tableScans } from '../support/query-plans.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

const now = 1_776_492_000_000_000
const ana = { entity: 'person', remoteId: 'a' } as const
const bo = { entity: 'person', remoteId: 'b' } as const

let test: TestCore
let targetId: number
beforeAll(async () => {
  test = await openTestCore()
  targetId = await within((trx) =>
    insertTarget(
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
      now,
    ),
  )
})
afterAll(() => test.close())

const within = <Result>(work: (trx: Trx) => Promise<Result>): Promise<Result> =>
  test.core.db.transaction().execute(work)

const wanted = () => readWanted(test.core.db, targetId, ['person'], { after: null, limit: 10 })

describe('deliveries', () => {
  it('are new once, and again when they were forgotten', async () => {
    const take = (on: number) =>
      within((trx) => takeDelivery(trx, targetId, 'd', { now: on, before: on - 1_000 }))
    expect([await take(now), await take(now), await take(now + 999)]).toEqual([true, false, false])
    expect(await take(now + 1_001)).toBe(true)
    await pruneWebhooks(test.core.db, targetId, now + 2_000)
    expect(await value(test.core.db, `SELECT count(*) AS value FROM webhook_delivery`)).toBe(0)
  })
})

describe('records to be fetched', () => {
  it('are struck off unless they were named again meanwhile, also within one microsecond', async () => {
    await within((trx) => noteWanted(trx, targetId, [ana, bo], now))
    const page = await wanted()
    expect(page).toEqual([
      { ...ana, askedOn: now },
      { ...bo, askedOn: now },
    ])
    await within((trx) => noteWanted(trx, targetId, [bo, bo], now))
    expect(await within((trx) => strikeWanted(trx, targetId, page))).toEqual(new Set([0]))
    expect(await wanted()).toMatchObject([bo])
    expect(await readWanted(test.core.db, targetId, ['event'], { after: null, limit: 10 })).toEqual(
      [],
    )
    expect(await readWanted(test.core.db, targetId, ['person'], { after: bo, limit: 10 })).toEqual(
      [],
    )
    expect(await pruneWebhooks(test.core.db, targetId, now + 1_000)).toBe(1)
  })
})

describe('what a record in full is worth', () => {
  const state = (version: string, modifiedOn: number | null, remoteId = 'a') => ({
    entity: 'person' as const,
    remoteId,
    version,
    modifiedOn,
    deleted: false,
    body: {},
  })
  const isNews = async (...records: ReturnType<typeof state>[]) => [
    ...(await within((trx) => findNews(trx, targetId, records))),
  ]

  it('is something only for a record known here, and not older than what is known of it', async () => {
    expect(await isNews(state('v', now))).toEqual([])
    await run(
      test.core.db,
      `INSERT INTO sync_record (targetId, entity, recordId, remoteId, state, remoteSyncedOn) VALUES (?, 'person', 'r', 'a', 'linked', ?)`,
      targetId,
      now,
    )
    expect(await isNews(state('v', now - 1), state('v', now), state('v', null))).toEqual([1])
    expect(await isNews(state('v', now, 'b'), state('v', now + 1))).toEqual([1])
  })

  it('is nothing beside another version of the same time or later, or while it is to be fetched', async () => {
    await within((trx) => stageRecords(trx, targetId, [state('v2', now + 5)], { now }))
    expect(await isNews(state('v2', now + 5), state('v3', now + 5), state('v4', now + 6))).toEqual([
      0, 2,
    ])
    await within((trx) => noteWanted(trx, targetId, [ana], now))
    expect(await isNews(state('v4', now + 6))).toEqual([])
    await within((trx) => strikeWanted(trx, targetId, [{ ...ana, askedOn: now }]))
    await within((trx) => stageRecords(trx, targetId, [state('gone', null)], { now }))
    expect(await isNews(state('v4', now + 6))).toEqual([])
    await within((trx) => dropStaged(trx, targetId, [ana]))
    expect(await isNews(state('v4', now + 6))).toEqual([0])
  })
})

describe('the statements of webhooks', () => {
  it('are answered from indexes', async () => {
    const noted: CompiledQuery[] = []
    const records = [{ ...ana, version: 'v', modifiedOn: now }]
    await within(async (trx) => {
      const watched = noting(trx, noted)
      await takeDelivery(watched, targetId, 'd', { now, before: now - 1 })
      await findNews(watched, targetId, records)
      await noteWanted(watched, targetId, [ana], now)
      await strikeWanted(watched, targetId, [{ ...ana, askedOn: now }])
      await dropStaged(watched, targetId, [ana])
    })
    const watched = noting(test.core.db, noted)
    await readWanted(watched, targetId, ['person'], { after: ana, limit: 10 })
    await pruneWebhooks(watched, targetId, now)
    expect(await tableScans(test.core.reader, noted)).toEqual([])
  })
})
