import { expect, it, onTestFinished } from 'vitest'
import {
  findUnfinishedRun,
  finishRun,
  insertRun,
  listRuns,
  pruneRuns,
  readStep,
  writeCounts,
  writeStep,
} from '../../main/engine/store/runs/runs.ts'
import { forgetRecordsAt, insertTarget } from '../../main/engine/store/runs/targets.ts'
import { openTestCore } from '../support/test-core.ts'

const noneOut = { created: 0, updated: 0, deleted: 0, skipped: 0, held: 0, failed: 0, waiting: 0 }
const noneIn = {
  found: 0,
  created: 0,
  updated: 0,
  deleted: 0,
  skipped: 0,
  conflicts: 0,
  unmatched: 0,
  failed: 0,
}

const settings = {
  name: 'timing',
  adapter: 'tagserver',
  url: '',
  auth: 'none',
  settings: {},
  mode: 'mirror',
  direction: 'outbound',
  conflicts: 'master-wins',
  remoteDeletion: 'unlink',
  entities: [],
  filter: null,
  mapping: [] as { ours: string; theirs: string }[],
  owners: {},
  sensitive: [],
  schedule: { delta: null, reconcile: null },
  allowInsecure: false,
} as const

it('the run log keeps what happened when many quiet runs follow', async () => {
  const test = await openTestCore()
  onTestFinished(() => test.close())
  const { db } = test.core
  const targetId = await db.transaction().execute((trx) => insertTarget(trx, settings, 1))
  const log = async (
    id: string,
    startedOn: number,
    created: number,
    result: 'success' | 'error',
  ) => {
    const entry = {
      id,
      targetId,
      kind: 'delta',
      trigger: 'schedule',
      options: {},
      startedOn,
    } as const
    await insertRun(db, entry)
    await db
      .transaction()
      .execute((trx) =>
        writeCounts(trx, id, { outbound: { ...noneOut, created }, inbound: noneIn, guard: null }),
      )
    await db.transaction().execute((trx) => finishRun(trx, id, result, startedOn + 1))
  }
  await log('sent-long-ago', 1, 1, 'success')
  await log('sent', 2, 1, 'success')
  await log('refused', 3, 0, 'error')
  for (let at = 4; at < 10; at++) await log(`quiet-${at}`, at, 0, 'success')
  await pruneRuns(db, targetId, { newest: 2, eventful: 2 })
  const left = await listRuns(db, { limit: 100 })
  expect(left.map(({ id }) => id)).toEqual(['quiet-9', 'quiet-8', 'refused', 'sent'])
})

it('a run that was cut short is not taken up where another system answers now', async () => {
  const test = await openTestCore()
  onTestFinished(() => test.close())
  const { db } = test.core
  await db.transaction().execute(async (trx) => {
    const targetId = await insertTarget(trx, settings, 1)
    const run = { id: 'cut', targetId, kind: 'initial', trigger: 'manual', options: {} } as const
    await insertRun(trx, { ...run, startedOn: 1 })
    const listed = { phase: 'staging', entity: 'person', cursor: null } as const
    await writeStep(trx, 'cut', { ...listed, done: 5, total: null, finished: true })
    await forgetRecordsAt(trx, targetId, 2)
    expect(await findUnfinishedRun(trx, targetId)).toBeUndefined()
    expect(await readStep(trx, 'cut', 'staging', 'person')).toBeNull()
  })
  expect(await listRuns(db, { limit: 1 })).toMatchObject([{ id: 'cut', result: 'cancelled' }])
})
