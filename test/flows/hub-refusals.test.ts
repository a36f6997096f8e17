/** What a hub refuses: codes, keys, certificates, versions and pages. */
import { beforeEach, describe, expect, it } from 'vitest'
import { ProblemError } from '../../main/contract/problem.ts'
import { pairWithHub } from '../../main/engine/services/devices/pair-with-hub.ts'
import { fingerprintOf, selfSigned } from '../../main/hosts/edge/hub/self-signed.ts'
import { undiciHttp } from '../../main/hosts/undici-http.ts'
import {
  content,
  fingerprint,
  joinHub,
  openHub,
  openLaptop,
  pairDesk,
  set,
  type Laptop,
  type TestHub,
} from '../support/hub-and-desks.ts'

let hub: TestHub

beforeEach(async () => {
  hub = await openHub()
  await set(hub.laptop, 'event', { name: 'Spring Classic' })
})

describe('what is refused', () => {
  const post = (
    path: string,
    body: string,
    headers: Record<string, string> = {},
    pin = fingerprint,
  ) =>
    undiciHttp()
      .open({ connections: 1, allowInsecure: false, pin })
      .request({
        ...{ method: 'POST', url: `${hub.url}${path}`, body },
        headers: { 'content-type': 'application/json', 'x-marshal-hub': '1', ...headers },
      })
  const pair = (code: string, pin = fingerprint) =>
    pairWithHub(undiciHttp(), { url: hub.url, fingerprint: pin, code, name: 'Desk' })

  it('a wrong code, a code used before, and too many of them', async () => {
    await expect(pair('AAAAA-AAAAA')).rejects.toThrow(/wrong, was used already, or is older/)
    const { code } = await hub.devices().invite()
    expect(await pair(code.toLowerCase().replace('-', ' '))).toMatch(/^[\w-]{16}\./)
    await expect(pair(code)).rejects.toThrow(ProblemError)
    for (let n = 0; n < 7; n++) await expect(pair('AAAAA-AAAAB')).rejects.toThrow(/wrong/)
    await expect(pair('AAAAA-AAAAC')).rejects.toThrow(/Too many/)
    expect(await hub.devices().list()).toHaveLength(1)
  })

  it('a hub with another certificate is told nothing', async () => {
    const other = fingerprintOf(selfSigned().cert)
    const { code } = await hub.devices().invite()
    await expect(pair(code, other)).rejects.toThrow(/another certificate/)
    // The code never left: it is still good.
    expect(await pair(code)).toMatch(/\./)
  })

  it('a desk talks to no other system than its hub', async () => {
    const tagserver = { adapter: 'tagserver', url: 'https://timing.test', auth: 'api-key' }
    const add = ({ client }: Laptop, name: string) =>
      client.targets
        .add({ config: { ...tagserver, name, secrets: { apiKey: 'k' } }, paused: true })
        .then(
          () => 'added',
          ({ data }: { data: { message: string } }) => data.message,
        )
    const desk = await joinHub(hub, 'Desk 1')
    expect(await add(desk, 'timing')).toMatch(
      /desk of the hub hub, and only the hub talks to other/,
    )
    expect(await desk.client.targets.list()).toHaveLength(1)
    const free = await openLaptop(false)
    expect(await add(free, 'timing')).toBe('added')
    await expect(pairDesk(hub, free, 'Desk 2')).rejects.toThrow(/talks to timing itself/)
    expect(await free.client.targets.list()).toHaveLength(1)
  })

  it('a revoked desk is told so, and its target rests', async () => {
    const one = await joinHub(hub, 'Desk 1')
    const [device] = await hub.devices().list()
    expect(await hub.devices().revoke(device!.id)).toBe(true)
    const { runs } = await one.client.sync.run({ targets: ['hub'] })
    expect(runs[0]!.result).toBe('error')
    const { targets } = await one.client.status.get()
    expect(targets[0]).toMatchObject({ state: 'paused' })
  })

  it.each([
    { what: 'without a key', path: '/hub/changes', body: '{"changes":[]}', status: 401 },
    { what: 'of another version', path: '/hub/changes', spoken: '2', status: 426 },
    { what: 'that is no route of the hub', path: '/rpc/records/list', status: 404 },
    { what: 'that is the window', path: '/', status: 404 },
  ])('a request $what', async ({ path, body = '{}', spoken = '1', status }) => {
    const response = await post(path, body, { 'x-marshal-hub': spoken })
    expect(response.status).toBe(status)
    response.cancel()
  })

  it('a page that is far too large, before it is read', async () => {
    const { code } = await hub.devices().invite()
    const authorization = `Bearer ${await pair(code)}`
    const response = await post('/hub/changes', 'x'.repeat(9 * 1024 * 1024), { authorization })
    expect(response.status).toBe(413)
    response.cancel()
    expect(await content(hub.laptop)).toHaveLength(1)
  })
})
