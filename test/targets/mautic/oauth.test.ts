/** The sign-in of a program as itself: tokens that run out, and an id and a secret that get the next one. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { clientId } from '../../../main/stand-ins/mautic/sign-in.ts'
import { mautic } from '../../../main/engine/targets/mautic/adapter.ts'
import { openBench, type AdapterBench } from '../conformance/adapter-bench.ts'
import { startMautic, type MauticStandIn } from './stand-in.ts'
import { mauticKey, mauticServer } from './subject.ts'

let site: MauticStandIn
let bench: AdapterBench
let secrets: Record<string, string>
/** In the order they were stored. */
let stored: string[]

beforeAll(async () => {
  site = await startMautic({ key: mauticKey })
})
beforeEach(async () => {
  await site.reset()
  secrets = { clientSecret: mauticKey }
  stored = []
})
afterEach(async () => {
  await bench.close()
  expect(bench.logged()).not.toContain('canary')
})
afterAll(() => site.stop())

async function open(how: { readonly keeps?: boolean } = {}): Promise<void> {
  const storeSecret = async (key: string, value: string) => {
    secrets[key] = value
    stored.push(key)
  }
  const { keeps = true } = how
  const server = { ...mauticServer(site), auth: 'client-credentials', secrets }
  bench = await openBench(
    mautic,
    { ...server, ...(keeps ? { storeSecret } : {}) },
    {},
    { clientId },
  )
}
const probe = () => bench.connection.probe(bench.signal)

describe('client credentials', () => {
  it('get a token once for all requests, and keep it with the time it runs out', async () => {
    await open()
    await Promise.all([probe(), probe(), probe()])
    expect(await site.given()).toBe(1)
    expect(stored).toEqual(['token', 'tokenExpiresOn'])
    await bench.close()
    await open()
    await probe()
    expect(await site.given()).toBe(1)
  })

  it('get the next one before it runs out', async () => {
    await open()
    await probe()
    secrets['tokenExpiresOn'] = String(Date.now() + 60_000)
    await bench.close()
    await open()
    await Promise.all([probe(), probe()])
    expect(await site.given()).toBe(2)
    expect(Number(secrets['tokenExpiresOn'])).toBeGreaterThan(Date.now() + 3_500_000)
  })

  it('get the next one once where it is refused, and repeat what was refused', async () => {
    await open()
    await probe()
    await site.expire()
    await Promise.all([probe(), probe(), probe()])
    expect(await site.given()).toBe(2)
  })

  it('take over the token another connection got', async () => {
    await open()
    await probe()
    const other = await openBench(
      mautic,
      { ...mauticServer(site), auth: 'client-credentials', secrets: { clientSecret: mauticKey } },
      {},
      { clientId },
    )
    await site.expire()
    await other.connection.probe(other.signal)
    secrets['token'] = 'canary-token-2'
    await probe()
    await other.close()
    expect(await site.given()).toBe(2)
  })

  it('work where nothing is kept, as while a target is tried', async () => {
    await open({ keeps: false })
    await probe()
    expect(stored).toEqual([])
  })

  it.each([
    ['of somebody who is no administrator', { plainClient: true }, mauticKey],
    ['with another secret', {}, 'canary-other'],
  ])('%s are refused, with what to do', async (_who, knobs, clientSecret) => {
    await site.turn(knobs)
    secrets = { clientSecret }
    await open()
    const steps = await bench.connection.check(bench.signal)
    expect(steps.at(-1)).toMatchObject({ ok: false, step: 'sign-in' })
    expect(steps.at(-1)?.message).toMatch(/^The sign-in was refused: .*only an administrator/)
    await expect(probe()).rejects.toMatchObject({ code: 'auth' })
  })

  it('want a client id', async () => {
    await open()
    const server = { ...mauticServer(site), auth: 'client-credentials', secrets }
    await expect(openBench(mautic, server)).rejects.toMatchObject({ code: 'config' })
  })
})
