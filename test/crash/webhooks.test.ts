import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { MockSyncRecord } from '../../main/stand-ins/mock-sync-server/record.ts'
import { systemClock } from '../../main/hosts/system-clock.ts'
import type { OutgoingWebhook } from '../../main/stand-ins/mock-sync-server/webhook-sender.ts'
import { allRecords } from '../support/same-everywhere.ts'
import { startMockSync, type MockSyncStandIn } from '../targets/mock-sync-server/stand-in.ts'
import { startTestEngine } from '../support/test-engine.ts'
import { secretsInMemory } from '../support/test-core.ts'
import { requestOf, webhookSecret } from '../targets/mock-sync-server/webhook-request.ts'
import { ended, startProcess, untilQuiet } from './killed-engine.ts'
import { webhookPoints } from './probe-points.ts'
import { mockSyncTarget } from '../targets/mock-sync-server/target.ts'

let mock: MockSyncStandIn
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'marshal-crash-hooks-'))
  mock = await startMockSync()
})
afterAll(async () => {
  await mock.stop()
  await rm(folder, { recursive: true, force: true })
})

const timestamp = new Date(Date.now() - 3_600_000).toISOString()
/** More than two pages of fetching. */
const remote = Array.from({ length: 210 }, (_, n): MockSyncRecord => ({
  id: `p${n}`,
  entity: 'person',
  timestamp,
  firstName: `Guest${n}`,
  lastName: 'Costa',
}))
const webhooks = remote.map(({ id, entity }): OutgoingWebhook => ({
  body: { entity, id },
  deliveryId: `delivery of ${id}`,
}))

/** A closed database whose target was filled once, when nothing was there. */
async function filledOnce(): Promise<string> {
  await mock.reset()
  const dataDir = await mkdtemp(join(folder, 'case-'))
  const marshal = await startTestEngine({
    target: mockSyncTarget,
    standIn: mock,
    clock: systemClock(),
  })
  await marshal.sync()
  await marshal.engine.backupTo(join(dataDir, 'marshal.db'))
  await marshal.close()
  await mock.put(remote)
  return dataDir
}

it.each(webhookPoints.flatMap((point) => [1, 2, 3].map((time) => [point, time] as const)))(
  'webhooks whose process is killed at %s, time %i, are taken in once when they are sent again',
  async (point, time) => {
    const dataDir = await filledOnce()
    const child = startProcess({ dataDir, action: 'webhooks', webhooks, point, time })
    expect(await ended(child)).toBe(true)
    const secrets = secretsInMemory()
    await secrets.set('timing', 'webhookSecret', webhookSecret)
    const marshal = await startTestEngine({
      target: mockSyncTarget,
      dataDir,
      standIn: mock,
      secrets,
      clock: systemClock(),
    })
    for (const webhook of webhooks) {
      const { status } = await marshal.engine.receiveWebhook(
        'timing',
        requestOf(webhook, Date.now()),
      )
      expect(status).toBe(200)
    }
    await untilQuiet(marshal)
    expect(await allRecords(marshal.client, 'person')).toHaveLength(remote.length)
    const log = await mock.log()
    const fetched = new Set(log.flatMap(({ path }) => /\?id=(.*)$/.exec(path)?.[1] ?? []))
    expect(fetched.size, 'all were asked for, whatever the poll brought').toBe(remote.length)
    const asked = log.length
    await marshal.sync()
    expect((await mock.log()).slice(asked).filter(({ path }) => path.includes('id='))).toEqual([])
    expect(await mock.submissions()).toEqual([])
    await marshal.close()
  },
)
