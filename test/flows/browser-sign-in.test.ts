/** A person signs in at a target with a browser: address, code, tokens, and nobody else's code. */
import { describe, expect, it } from 'vitest'
import { openBrowserReturn } from '../../main/hosts/browser-return.ts'
import { applicationId } from '../../main/stand-ins/planning-center/sign-in.ts'
import { startTestEngine, type TestEngine } from '../support/test-engine.ts'
import type { PlanningCenterStandIn } from '../targets/planning-center/stand-in.ts'
import { planningCenterTarget } from '../targets/planning-center/target.ts'

const redirectUri = 'http://127.0.0.1:4783/signed-in'

const start = (config: Readonly<Record<string, unknown>> = {}) =>
  startTestEngine({
    target: {
      ...planningCenterTarget,
      ...{ auth: 'oauth2', secrets: { clientSecret: 'stand-in-key' } },
      settings: { clientId: applicationId },
    },
    config,
  })

/** A port that was just free. */
async function freePort(): Promise<number> {
  const taken = await openBrowserReturn(0)
  await taken.close()
  return Number(new URL(taken.redirectUri).port)
}

/** The problem a call is refused with. */
const problemOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => expect.unreachable('it was not refused'),
    (error: { readonly data?: unknown }) => error.data,
  )

/** What a browser does that is sent there: it is let in, and sent back. */
async function browse(url: string): Promise<URLSearchParams> {
  const { status, headers } = await fetch(url, { redirect: 'manual' })
  expect(status).toBe(302)
  const back = new URL(headers.get('location')!)
  expect(back.origin + back.pathname).toBe(redirectUri)
  return back.searchParams
}

async function signIn({ client }: TestEngine<PlanningCenterStandIn>) {
  const { url } = await client.targets.signIn({ name: 'timing', redirectUri })
  const told = await browse(url)
  return { name: 'timing', state: told.get('state')!, code: told.get('code')! }
}

describe('a sign-in with a browser', () => {
  it('gets tokens for the code, and the target is in step with them', async () => {
    const marshal = await start()
    await marshal.server.load([{ last_name: 'Voss' }])
    await marshal.client.targets.signedIn(await signIn(marshal))
    for (const key of ['token', 'refreshToken', 'tokenExpiresOn'])
      expect(await marshal.secrets.get('timing', key)).not.toBeNull()
    await marshal.sync()
    expect((await marshal.client.records.list({ entity: 'person' })).records).toMatchObject([
      { lastName: 'Voss' },
    ])
  })

  it('says nothing secret in the address', async () => {
    const { client } = await start()
    const { url, state } = await client.targets.signIn({ name: 'timing', redirectUri })
    const query = Object.fromEntries(new URL(url).searchParams)
    expect(query).toEqual({
      ...{ response_type: 'code', client_id: applicationId, redirect_uri: redirectUri, state },
      ...{ scope: 'people', code_challenge_method: 'S256' },
      code_challenge: expect.stringMatching(/^[\w-]{43}$/) as string,
    })
  })

  it('takes a code once, for its own attempt, within ten minutes', async () => {
    const marshal = await start()
    const { signedIn } = marshal.client.targets
    const first = await signIn(marshal)
    const second = await signIn(marshal)
    expect(await problemOf(signedIn({ ...first, state: 'made-up' }))).toMatchObject({
      code: 'wrong-use',
    })
    // The code of another attempt has another verifier.
    expect(await problemOf(signedIn({ ...first, code: second.code }))).toMatchObject({
      code: 'auth',
    })
    expect(await problemOf(signedIn(first))).toMatchObject({ code: 'wrong-use' })
    const third = await signIn(marshal)
    marshal.clock.advance(10 * 60_000 + 1)
    expect(await problemOf(signedIn(third))).toMatchObject({ code: 'wrong-use' })
    expect(await marshal.secrets.get('timing', 'token')).toBeNull()
  })

  it('sends a browser back to this computer only', async () => {
    const { client } = await start()
    for (const elsewhere of ['https://example.org/', 'http://127.0.0.1.example.org/', 'nothing'])
      expect(
        await problemOf(client.targets.signIn({ name: 'timing', redirectUri: elsewhere })),
      ).toMatchObject({ code: 'wrong-use', message: expect.stringContaining('this computer') })
  })

  it('begun anew takes the place of the one that still waits, on the same port', async () => {
    const { client } = await start()
    const port = await freePort()
    const first = await client.targets.connect({ name: 'timing', port })
    expect(await first.next()).toMatchObject({ value: { step: 'waiting' } })
    const second = await client.targets.connect({ name: 'timing', port })
    expect(await second.next()).toMatchObject({ value: { step: 'waiting' } })
    expect(await first.next()).toMatchObject({
      value: { step: 'failed', problem: { code: 'wrong-use' } },
    })
    await second.return()
  })

  it('is for targets that are set up so', async () => {
    const basic = await startTestEngine({ target: planningCenterTarget })
    const begin = (marshal: typeof basic) =>
      problemOf(marshal.client.targets.signIn({ name: 'timing', redirectUri }))
    expect(await begin(basic)).toMatchObject({
      ...{ code: 'wrong-use', message: expect.stringContaining('with "basic"') },
    })
    expect(await begin(await start({ settings: {} }))).toMatchObject({
      ...{ code: 'wrong-use', message: expect.stringContaining('client ID') },
    })
  })
})
