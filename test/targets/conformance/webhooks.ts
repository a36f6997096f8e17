/** What holds for every adapter that takes webhooks. Called beside `testAdapter`, with a way to make their webhooks. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { EntityName } from '../../../main/contract/words.ts'
import { SyncError } from '../../../main/engine/targets/kit/sync-error.ts'
import type { Adapter, WebhookRequest } from '../../../main/engine/targets/kit/adapter.ts'
import { openBench, type AdapterBench } from './adapter-bench.ts'
import type { ConformanceServer } from './server.ts'

export interface WebhookServer extends ConformanceServer {
  /** A webhook about a record that is there, as their system sends it; the same one again with the same delivery id. */
  webhookAbout(
    entity: EntityName,
    remoteId: string,
    how: {
      readonly deliveryId: string
      readonly agoMs?: number
      readonly signature?: 'right' | 'wrong' | 'none'
    },
  ): Promise<WebhookRequest>
  /** False where their signature does not cover a time: then nothing can be too old, and nothing may come in full. */
  readonly timed: boolean
}

/**
 * Declares the suite. `start` is called once; its secrets hold what webhooks are signed with.
 * @param made what is made there, where the record it tells of comes along with another one
 */
export function testWebhooks(
  adapter: Adapter,
  entity: EntityName,
  start: () => Promise<WebhookServer>,
  made: EntityName = entity,
): void {
  describe(`${adapter.manifest.name} takes webhooks as the contract says`, () => {
    let server: WebhookServer
    let bench: AdapterBench
    let remoteId: string
    beforeAll(async () => {
      server = await start()
    })
    beforeEach(async () => {
      await server.process.reset()
      await server.letIn()
      bench = await openBench(adapter, server)
      ;({ remoteId } = await bench.create(made, 1))
    })
    afterEach(() => bench.close())
    afterAll(() => server.process.stop())

    const about = (how: Partial<Parameters<WebhookServer['webhookAbout']>[2]> = {}) =>
      server.webhookAbout(entity, remoteId, { deliveryId: 'd-1', ...how })
    const receive = (request: WebhookRequest) => bench.connection.receive!(request)
    const codeOf = async (request: WebhookRequest) => {
      const caught: unknown = await receive(request).catch((error: unknown) => error)
      return caught instanceof SyncError ? caught.code : caught
    }

    it('says so in its manifest', () => {
      expect(adapter.manifest.webhook).toBe(true)
    })

    it('hears of a record, in full or by name, and asks nobody', async () => {
      const before = (await server.process.stats()).requests
      const { records, fetch } = await receive(await about())
      expect([...records, ...fetch]).toContainEqual(expect.objectContaining({ entity, remoteId }))
      if (!server.timed) expect(records).toEqual([])
      expect((await server.process.stats()).requests).toBe(before)
    })

    it('can fetch what it heard of', async () => {
      const { fetch } = await receive(await about())
      for (const named of fetch) {
        const record = await bench.connection.fetch!(named.entity, named.remoteId, bench.signal)
        expect(record).toMatchObject({ ...named, deleted: false })
      }
      // What comes along with a record that is not there says nothing, or is not there either.
      const nobody = await bench.connection.fetch!(entity, '999999999', bench.signal)
      expect(nobody === 'silent' ? null : nobody).toBeNull()
    })

    it('tells the same delivery by its id', async () => {
      const ids = [about(), about(), about({ deliveryId: 'd-2' })].map(
        async (request) => (await receive(await request)).deliveryId,
      )
      const [first, again, other] = await Promise.all(ids)
      expect(again).toBe(first)
      if (first !== null) expect(other).not.toBe(first)
    })

    it('refuses what is not signed, wrongly signed or changed on the way', async () => {
      expect(await codeOf(await about({ signature: 'none' }))).toBe('auth')
      expect(await codeOf(await about({ signature: 'wrong' }))).toBe('auth')
      const right = await about()
      for (let at = 0; at < right.body.length; at++) {
        const body = Uint8Array.from(right.body)
        body[at] = body[at]! ^ 1
        expect(await codeOf({ ...right, body })).toBe('auth')
      }
    })

    it('refuses what is more than five minutes away, where a time is signed', async () => {
      const old = [
        await codeOf(await about({ agoMs: 301_000 })),
        await codeOf(await about({ agoMs: -301_000 })),
      ]
      if (server.timed) expect(old).toEqual(['auth', 'auth'])
    })

    it('takes none without the secret they are signed with', async () => {
      const bare = await openBench(adapter, {
        ...server,
        secrets: withoutHookSecret(server.secrets),
      })
      const caught: unknown = await bare.connection.receive!(await about()).catch(
        (error: unknown) => error,
      )
      await bare.close()
      expect(caught).toMatchObject({ code: 'config' })
    })

    it('leaves no secret in the log', async () => {
      await receive(await about())
      await codeOf(await about({ signature: 'wrong' }))
      for (const secret of Object.values(server.secrets))
        expect(bench.logged()).not.toContain(secret)
    })
  })
}

function withoutHookSecret(secrets: Readonly<Record<string, string>>) {
  return Object.fromEntries(Object.entries(secrets).filter(([key]) => key !== 'webhookSecret'))
}
