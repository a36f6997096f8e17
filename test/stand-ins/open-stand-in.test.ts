/** What every stand-in is for whoever starts it: the demonstration, the command and the tests start the same one. */
import { request } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { adapters } from '../../main/engine/targets/registry.ts'
import {
  faultsOf,
  loadStandIn,
  openStandIn,
  standInNames,
  type StandIn,
  type StandInName,
  type StartOptions,
} from '../../main/stand-ins/stand-ins.ts'
import { startStandIn } from '../support/stand-in-process.ts'

async function open(name: StandInName, options: Partial<StartOptions> = {}) {
  const standIn = await loadStandIn(name)
  const server = await openStandIn(standIn, {
    ...{ port: 0, key: 'k', seed: null, contentFile: null, latencyMs: 0, faults: [] },
    ...options,
  })
  onTestFinished(() => server.close())
  return { standIn, ...server }
}

/** What it tells of people to somebody who signs in; each says how, in its folder of test/targets. */
async function peopleAt(name: StandInName, url: string): Promise<readonly unknown[]> {
  const { people } = (await import(`../targets/${name}/stand-in.ts`)) as {
    readonly people: (url: string) => Promise<readonly unknown[]>
  }
  return people(url)
}

describe('the stand-ins', () => {
  it('play the systems Marshal has adapters for, with a sign-in each adapter knows', async () => {
    const known = new Map(adapters.map(({ manifest }) => [manifest.name, manifest]))
    expect(standInNames.toSorted()).toEqual([...known.keys()].toSorted())
    for (const name of standInNames) {
      const standIn: StandIn = await loadStandIn(name)
      expect(standIn.name).toBe(name)
      const { auth, secrets, settings } = standIn.signIn('k')
      expect(known.get(name)!.auth).toContain(auth)
      const wanted = known.get(name)!.secrets.map(({ key }) => key)
      expect(wanted).toEqual(expect.arrayContaining(Object.keys(secrets)))
      expect(() => known.get(name)!.settings.parse(settings)).not.toThrow()
    }
  })

  it('take a port each of their own', async () => {
    const all = await Promise.all(standInNames.map(loadStandIn))
    expect(new Set(all.map(({ port }) => port)).size).toBe(all.length)
  })
})

describe.each(standInNames)('%s', (name) => {
  it('is empty, or has the same invented people for the same number', async () => {
    const [empty, first, again, other] = await Promise.all([
      open(name),
      open(name, { seed: 7 }),
      open(name, { seed: 7 }),
      open(name, { seed: 8 }),
    ])
    expect(await peopleAt(name, empty.url)).toEqual([])
    const told = (rows: readonly unknown[]) =>
      rows.map((row) =>
        JSON.stringify(row).replace(/"(last_modified|registration_date)":[^,]*/g, ''),
      )
    const there = told(await peopleAt(name, first.url))
    expect(there).toHaveLength(24)
    expect(told(await peopleAt(name, again.url))).toEqual(there)
    expect(told(await peopleAt(name, other.url))).not.toEqual(there)
    await first.run('reset', undefined)
    expect(await peopleAt(name, first.url)).toHaveLength(24)
  })

  it('starts with each of its faults', async () => {
    const standIn = await loadStandIn(name)
    for (const fault of faultsOf(standIn)) {
      await open(name, { faults: [{ name: fault.name, every: null }] })
    }
    await expect(open(name, { faults: [{ name: 'toString', every: null }] })).rejects.toThrow(
      'knows no fault "toString"',
    )
  })

  it('strikes every nth request', async () => {
    const { url } = await open(name, { faults: [{ name: 'down', every: 2 }] })
    const statuses = [await fetch(url), await fetch(url), await fetch(url), await fetch(url)]
    expect(statuses.map(({ status }) => status === 503)).toEqual([false, true, false, true])
  })

  it('is the same one as a process of its own', async () => {
    const { child, url } = await startStandIn(name, ['--key', 'k', '--seed', '7'])
    onTestFinished(() => void child.kill())
    const here = await open(name, { seed: 7 })
    expect((await peopleAt(name, url)).length).toBe((await peopleAt(name, here.url)).length)
  })

  it('says in one sentence that its port is taken', async () => {
    const port = Number(new URL((await open(name)).url).port)
    await expect(open(name, { port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
      message: `Port ${port} is already in use by another program. Choose another one with --port.`,
    })
  })

  it('wants its own name as Host, and is not steered by a page', async () => {
    const { url } = await open(name)
    expect(await statusFor(url, { host: new URL(url).host })).not.toBe(421)
    expect(await statusFor(url, { host: 'evil.example:80' })).toBe(421)
    const control = `${new URL(url).origin}/__control/stats`
    expect(await statusFor(control, {})).toBe(200)
    expect(await statusFor(control, { origin: 'http://evil.example' })).toBe(403)
    expect(await statusFor(control, { 'sec-fetch-site': 'cross-site' })).toBe(403)
  })

  it('refuses a body above 16 MB', async () => {
    const { url } = await open(name)
    const body = Buffer.alloc(16 * 1024 * 1024 + 1, 0x20)
    expect((await fetch(url, { method: 'POST', body })).status).toBe(413)
  })
})

/** `fetch` does not let a caller choose these headers. */
function statusFor(url: string, headers: Readonly<Record<string, string>>) {
  return new Promise<number | undefined>((resolve, reject) => {
    request(url, { headers }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
      .once('error', reject)
      .end()
  })
}
