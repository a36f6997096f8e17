/** What the adapter says to a webhook of OpenFn, and what it makes of the answers. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openfn } from '../../../main/engine/targets/openfn/adapter.ts'
import type { OpenfnKnobs } from '../../../main/stand-ins/openfn/knobs.ts'
import { projectId, userName } from '../../../main/stand-ins/openfn/webhook.ts'
import { openBench, type AdapterBench } from '../conformance/adapter-bench.ts'
import { changeOf, sampleFields } from '../conformance/sample-records.ts'
import { errorOf } from '../conformance/subject.ts'
import { startOpenfn, type OpenfnStandIn } from './stand-in.ts'
import { openfnKey, openfnServer } from './subject.ts'

let site: OpenfnStandIn
let bench: AdapterBench
const opened: AdapterBench[] = []
beforeAll(async () => {
  site = await startOpenfn({ key: openfnKey })
})
beforeEach(async () => {
  await site.reset()
  bench = await open()
})
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
})
afterAll(() => site.stop())

interface Opening {
  readonly auth?: string
  readonly secrets?: Readonly<Record<string, string>>
  readonly settings?: Readonly<Record<string, unknown>>
  /** Below the stand-in's address. */
  readonly path?: string
}

/** A target that only sends, unless told otherwise. */
async function open(given: Opening = {}): Promise<AdapterBench> {
  const { auth = 'api-key', secrets = { apiKey: openfnKey }, settings = {}, path } = given
  const server = openfnServer(site)
  const process = path === undefined ? site : { ...site, url: new URL(path, site.url).href }
  const one = await openBench(openfn, {
    ...server,
    ...{ auth, secrets, settings, names: {}, process: process as OpenfnStandIn },
  })
  opened.push(one)
  return one
}

const persons = (count: number) => {
  const binding = bench.binding('person')
  return Array.from({ length: count }, (_, n) =>
    changeOf(binding, 'create', sampleFields(binding, n)),
  )
}
const send = (count = 1, one = bench) => one.send('person', persons(count))
const refused = async (one = bench) => errorOf((await send(1, one))[0])
const entitiesOf = (body: unknown) => (body as { readonly entities: readonly unknown[] }).entities
const sizes = async () => (await site.workOrders()).map(({ body }) => entitiesOf(body).length)

describe('a request', () => {
  it('has events with our key, our id and our time, and an id that is the same for the same changes', async () => {
    const [change] = persons(1)
    const other = { ...change!, key: 'other' }
    for (const one of [change!, other, change!]) await bench.send('person', [one])
    const bodies = (await site.workOrders()).map(({ body }) => body as { deliveryId: string })
    expect(bodies[0]).toEqual({
      deliveryId: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown,
      entities: [
        {
          guid: change!.key,
          entityGuid: change!.recordId,
          type: 'create-person',
          data: { ...change!.body, entity: 'person' },
          timestamp: new Date(change!.remoteModifiedOn / 1000).toISOString(),
          userId: 'Desk 1',
          syncLevel: 0,
        },
      ],
    })
    expect(bodies[1]!.deliveryId).not.toBe(bodies[0]!.deliveryId)
    expect(bodies[2]).toEqual(bodies[0])
  })

  it('is cut by bytes as well as by number, and what is too large for one goes alone', async () => {
    const cut = async (settings: Opening['settings'], count: number, largestBody = 10_000_000) => {
      await site.reset()
      await site.turn({ largestBody })
      const outcomes = await send(count, await open({ settings }))
      expect(outcomes.map(({ status }) => status)).toEqual(Array(count).fill('done'))
      return sizes()
    }
    expect(await cut({ batchSize: 30, requestKilobytes: 10_000 }, 12)).toEqual([12])
    expect(await cut({ batchSize: 5 }, 12)).toEqual([5, 5, 2])
    const bySize = await cut({ requestKilobytes: 20 }, 60, 20_000)
    expect(bySize.length).toBeGreaterThan(1)
    expect(bySize.reduce((sum, size) => sum + size)).toBe(60)
    await site.reset()
    const notes = { ...persons(1)[0]!, body: { notes: 'x'.repeat(25_000) } }
    await (
      await open({ settings: { requestKilobytes: 20 } })
    ).send('person', [notes, ...persons(2)])
    expect(await sizes()).toEqual([1, 2])
  })

  it('signs in with what the webhook wants and shows no other secret', async () => {
    const token = 'canary-personal-token'
    const callback = 'canary-callback'
    const secrets = { apiKey: openfnKey, callbackToken: callback, collectionToken: token }
    await send(1, await open({ secrets }))
    const request = (await site.workOrders())[0]?.request
    expect(request).toMatchObject({
      headers: { 'x-api-key': '[REDACTED]', 'x-callback-token': callback },
    })
    expect(JSON.stringify(request)).not.toContain(token)
    // A proxy may know it and repeat it.
    await site.fault({
      action: { kind: 'answer', status: 400, body: { message: `No ${token} for ${callback}` } },
    })
    const one = await open({ secrets })
    expect((await refused(one)).message).toBe('No [secret] for [secret]')
    expect(one.logged()).not.toContain('canary-p')
  })

  it.each([
    ['basic', { signIns: ['basic'] }, { username: userName, password: openfnKey }],
    ['none', { signIns: [] }, {}],
    ['api-key', { signIns: ['basic', 'api-key'] }, { apiKey: openfnKey }],
  ] as const)('is taken with the sign-in %s', async (auth, knobs, secrets) => {
    await site.turn(knobs)
    const one = await open({ auth, secrets })
    await one.connection.probe(one.signal)
    expect(await send(1, one)).toMatchObject([{ status: 'done' }])
  })

  it('goes to whatever follows the trigger, and to an address of its own', async () => {
    for (const path of [`${site.url}/Patient?from=desk`, `/i/${projectId}/race-day`]) {
      expect(await send(1, await open({ path }))).toMatchObject([{ status: 'done' }])
    }
    expect((await site.workOrders()).map(({ request }) => request)).toMatchObject([
      { path: ['Patient'], queryParams: { from: 'desk' } },
      { path: [] },
    ])
  })

  it('that was taken and not answered is a second run, which its guid gives away', async () => {
    await site.fault({ action: { kind: 'cut-after-write' }, times: 1 })
    const changes = persons(2)
    const [lost] = await bench.send('person', changes)
    expect(errorOf(lost)).toMatchObject({ code: 'ambiguous', maybeSent: true })
    await bench.send('person', changes)
    const [first, second] = await site.workOrders()
    expect(second!.body).toEqual(first!.body)
    expect(await site.items()).toHaveLength(2)
  })
})

describe('what is refused', () => {
  const words = async (knobs: Partial<OpenfnKnobs>, given: Opening = {}) => {
    await site.turn(knobs)
    const { code, message, status } = await refused(await open(given))
    expect(await site.items()).toEqual([])
    return { code, message, status }
  }

  it('for a wrong key reads like a wrong address, and both are named', async () => {
    for (const given of [{ secrets: { apiKey: 'wrong-key' } }, { path: '/i/another' }]) {
      expect(await words({}, given)).toMatchObject({
        code: 'auth',
        status: 404,
        message: expect.stringMatching(/address, or not with this sign-in/) as unknown,
      })
    }
    expect(await words({ trigger: 'cron', signIns: [] }, { auth: 'none' })).toMatchObject({
      code: 'config',
      status: 404,
      message: expect.stringContaining('Copy the address') as unknown,
    })
  })

  it('for want of any sign-in is about the sign-in', async () => {
    expect(await words({}, { auth: 'none' })).toMatchObject({ code: 'auth', status: 401 })
  })

  it.each(['newest', 'older'] as const)(
    'by a webhook that is switched off waits, in the %s build',
    async (build) => {
      const off = await words({ trigger: 'disabled', build })
      expect(off).toMatchObject({ code: 'config', status: 403 })
      expect(off.message).toContain('switched off in OpenFn')
    },
  )

  it.each(['newest', 'older'] as const)(
    'when there are no runs, or too many requests, waits, in the %s build',
    async (build) => {
      expect(await words({ runs: 'hard-limit', build })).toMatchObject({
        code: 'rate-limited',
        message: expect.stringContaining('used up its runs') as unknown,
      })
      const busy = { busy: true, runs: 'free', build } as const
      expect(await words(busy)).toMatchObject({
        code: 'rate-limited',
        message: 'Too many runs in the last minute',
      })
    },
  )

  it('with 200 because no run will take it is not done', async () => {
    expect(await words({ runs: 'soft-limit' })).toMatchObject({ code: 'rate-limited', status: 200 })
    expect(await site.workOrders()).toMatchObject([{ state: 'rejected' }])
    await site.fault({ action: { kind: 'answer', status: 200, body: { error: 'not_now' } } })
    expect(await refused()).toMatchObject({ code: 'rejected', message: 'not_now' })
  })

  it('with 503 waits as long as it says', async () => {
    await site.turn({ noDatabase: true })
    expect(await refused()).toMatchObject({
      code: 'server',
      retryAfterMs: 30_000,
      maybeSent: false,
    })
  })

  it('as too large goes in halves, down to what is too large alone', async () => {
    await site.turn({ largestBody: 3_000 })
    const large = { ...persons(1)[0]!, body: { notes: 'x'.repeat(3_000) } }
    const outcomes = await bench.send('person', [...persons(9), large, ...persons(6)])
    expect(outcomes.map(({ status }) => status)).toEqual([
      ...Array<string>(9).fill('done'),
      'failed',
      ...Array<string>(6).fill('done'),
    ])
    expect(errorOf(outcomes[9])).toMatchObject({
      code: 'rejected',
      status: 413,
      message: 'Request too large',
    })
    expect(await site.items()).toHaveLength(15)
  })
})

describe('a webhook that answers when the run is done', () => {
  beforeEach(() => site.turn({ reply: 'after_completion' }))

  it.each([
    { run: 200, replyShape: 'wrapped' },
    { run: 200, replyShape: 'bare' },
    { run: 204 },
    { run: 304 },
  ] as const)('has taken it whatever its workflow says: %o', async (knobs) => {
    await site.turn(knobs)
    expect(await send(2)).toMatchObject([{ status: 'done' }, { status: 'done' }])
    expect(await site.workOrders()).toHaveLength(1)
  })

  it('refuses what its run refused', async () => {
    await site.turn({ run: 422 })
    expect(await refused()).toMatchObject({ code: 'rejected', status: 422 })
  })

  it('has taken what its run still works on: nothing is sent a second time', async () => {
    await site.turn({ run: 'timeout' })
    expect(await send(2)).toMatchObject([{ status: 'done' }, { status: 'done' }])
    expect(await site.items()).toHaveLength(2)
    // A proxy in between that gave up knows of no run.
    await site.fault({ action: { kind: 'answer', status: 504, body: { error: 'timeout' } } })
    expect(await refused()).toMatchObject({ code: 'server', maybeSent: true })
  })

  it('refuses what no run will take', async () => {
    await site.turn({ runs: 'soft-limit' })
    expect(await refused()).toMatchObject({ code: 'rate-limited', status: 429 })
  })
})

describe('the connection test', () => {
  it('starts no run', async () => {
    await bench.connection.check(bench.signal)
    expect((await site.log()).map(({ method }) => method)).toEqual(['GET'])
    expect(await site.workOrders()).toEqual([])
  })

  it('takes anything that is no webhook for what it is', async () => {
    const root = await open({ path: '/collections/marshal' })
    await expect(root.connection.probe(root.signal)).rejects.toMatchObject({ code: 'auth' })
    await site.fault({ action: { kind: 'answer', status: 200, body: [] } })
    await expect(bench.connection.probe(bench.signal)).rejects.toMatchObject({
      code: 'bad-response',
    })
  })
})
