import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { raceId, startRunSignup, type RunSignupStandIn } from './stand-in.ts'
import { errorOf } from '../conformance/subject.ts'
import { openSite, type SiteBench } from './bench.ts'

const canary = 'canary-rsu-8812'
const caller = { key: '990', secret: 'canary-caller-17' }

let server: RunSignupStandIn
beforeAll(async () => {
  server = await startRunSignup({ secret: canary })
})
beforeEach(() => server.reset())
afterAll(() => server.stop())

const keys = { apiKey: 'stand-in-key-id', apiSecret: canary }

/** What a connection with this sign-in answers, and whether anything leaked. */
async function trying<T>(
  auth: string,
  secrets: Readonly<Record<string, string>>,
  settings: Readonly<Record<string, unknown>>,
  work: (bench: SiteBench) => Promise<T>,
): Promise<T> {
  const bench = await openSite(server, settings, auth, secrets)
  try {
    return await work(bench)
  } finally {
    await bench.close()
    expect(bench.logged()).not.toContain('canary')
  }
}
const probing = (bench: SiteBench) => bench.connection.probe(bench.signal)

describe('signing in', () => {
  it.each([
    ['api-key', keys],
    ['api-key-query', keys],
    ['bearer', { token: canary }],
  ])('by %s works for reads and writes', async (auth, secrets) => {
    await trying(auth, secrets, {}, async (bench) => {
      const steps = await bench.connection.check(bench.signal)
      expect(steps.every(({ ok }) => ok)).toBe(true)
      const outcomes = await bench.send('eventParticipant', [
        bench.entrant({ firstName: 'Ana', lastName: 'Sá' }),
      ])
      expect(outcomes).toMatchObject([{ status: 'done' }])
    })
  })

  it('never mixes the ways: the key travels with its secret and nothing else', async () => {
    await trying('api-key', keys, {}, probing)
    await trying('api-key-query', keys, {}, probing)
    await trying('bearer', { token: canary }, {}, probing)
    const paths = (await server.log()).map(({ path }) => path)
    expect(paths).toEqual([
      `/race/${raceId}?format=json&supports_nb=T&rsu_api_key=stand-in-key-id`,
      `/race/${raceId}?format=json&supports_nb=T&api_key=stand-in-key-id&api_secret=${canary}`,
      `/race/${raceId}?format=json&supports_nb=T`,
    ])
  })

  it.each([
    ['api-key', { apiKey: 'stand-in-key-id' }, /apiSecret/],
    ['api-key-query', { apiSecret: canary }, /apiKey/],
    ['bearer', {}, /token/],
  ])('by %s names the secret that is missing', async (auth, secrets, words) => {
    const missing = trying(auth, secrets as Record<string, string>, {}, probing)
    await expect(missing).rejects.toMatchObject({
      code: 'auth',
      message: expect.stringMatching(words) as string,
    })
  })

  it('is refused with code 6 for a wrong secret, though the status is 200', async () => {
    const wrong = { apiKey: 'stand-in-key-id', apiSecret: 'canary-wrong' }
    await trying('api-key', wrong, {}, async (bench) => {
      await expect(probing(bench)).rejects.toMatchObject({ code: 'auth' })
      const [outcome] = await bench.send('eventParticipant', [
        bench.entrant({ firstName: 'Ana', lastName: 'Sá' }),
      ])
      expect(errorOf(outcome)).toMatchObject({ code: 'auth', maybeSent: false })
    })
    expect((await server.stats()).byStatus).toEqual({ 200: 2 })
  })

  it('needs a race', async () => {
    await expect(
      trying('bearer', { token: canary }, { raceId: '' }, probing),
    ).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('number of the race') as string,
    })
    await expect(
      trying('bearer', { token: canary }, { raceId: '5' }, probing),
    ).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(/Race not found/) as string,
    })
  })
})

describe('a caller registration', () => {
  const registered = { ...keys, registrationSecret: caller.secret }

  it('goes with every call, number and secret together', async () => {
    await server.turn({ caller, callerRequired: true })
    await expect(trying('api-key', keys, {}, probing)).rejects.toMatchObject({
      code: 'auth',
      message: expect.stringMatching(/caller registration/) as string,
    })
    await trying('api-key', registered, { registrationKey: caller.key }, probing)
  })

  it('that is wrong is told as such', async () => {
    await server.turn({ caller })
    const wrong = trying('api-key', registered, { registrationKey: '991' }, probing)
    await expect(wrong).rejects.toMatchObject({ code: 'auth' })
  })

  it('is asked for in full', async () => {
    for (const [secrets, registrationKey] of [
      [registered, ''],
      [keys, caller.key],
    ] as const) {
      await expect(trying('api-key', secrets, { registrationKey }, probing)).rejects.toMatchObject({
        code: 'config',
        message: expect.stringMatching(/both or neither/) as string,
      })
    }
    expect((await server.stats()).requests).toBe(0)
  })
})

describe('too many requests at once', () => {
  it('never happen: two are in flight at most, and nobody is throttled', async () => {
    await server.load(
      Array.from({ length: 40 }, (_, n) => ({ user: { first_name: 'R', last_name: `No ${n}` } })),
    )
    await server.latency(3)
    await trying('bearer', { token: canary }, { pageSize: 5 }, async (bench) => {
      await Promise.all([bench.walk(), bench.walk(), bench.walk(), probing(bench)])
    })
    expect((await server.stats()).maxInFlight).toBe(2)
  })

  it('are told as such when somebody else has used them up', async () => {
    await server.hold()
    const url = `${server.url}/race/${raceId}?format=json`
    const others = [fetch(url), fetch(url)]
    await server.held(2)
    const refused = trying('bearer', { token: canary }, {}, probing)
    await expect(refused).rejects.toMatchObject({ code: 'rate-limited', maybeSent: false })
    await server.release()
    await Promise.all(others)
  })
})
