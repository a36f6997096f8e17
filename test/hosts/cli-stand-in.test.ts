import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { standInNames } from '../../main/stand-ins/stand-ins.ts'
import { withDataFolder } from '../support/data-folder.ts'
import { marshal, marshalJson, RunningMarshal } from '../support/run-marshal.ts'

// Many processes, one after the other, each a full start of Marshal.
vi.setConfig({ testTimeout: 180_000 })

/** There is no keychain here. */
const env = { MARSHAL_PASSPHRASE: 'a stand-in keeps no secret' }

let data: string
withDataFolder((dir) => (data = dir))

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

interface Played {
  readonly url: string
  readonly key: string
  readonly faults: readonly { readonly name: string; readonly says: string }[]
  readonly target: Readonly<Record<string, unknown>>
}

async function play(...args: readonly string[]) {
  const running = new RunningMarshal(['--json', 'stand-in', ...args, '--port', '0'])
  closers.push(() => running.end())
  return { running, ...((await running.document()) as Played) }
}

describe('marshal stand-in', () => {
  it('without a name lists what can be played, and with which faults', async () => {
    const { standIns } = (await marshalJson(['stand-in'])) as {
      readonly standIns: readonly (Omit<Played, 'target'> & { readonly name: string })[]
    }
    expect(standIns.map(({ name }) => name)).toEqual([...standInNames])
    for (const { faults } of standIns) expect(faults).not.toEqual([])
    const { stdout } = await marshal(['stand-in'])
    for (const name of standInNames) expect(stdout).toContain(name)
  })

  it.each(standInNames)(
    'plays %s with invented content; what it prints is a target that can be added and read or filled',
    async (name) => {
      const { target, running } = await play(name, '--seed', '7')
      const config = { name: 'rehearsal', ...target }
      await marshalJson(['target', 'add', '-'], { data, env, input: JSON.stringify(config) })
      expect(await marshalJson(['target', 'test', 'rehearsal'], { data, env })).toMatchObject({
        ok: true,
      })
      expect(running.stderr).toContain('lost-answer')
      expect(running.stderr).toContain('None of them is in force.')
      expect((await running.end('SIGINT')).code).toBe(0)
    },
  )

  it('takes its key and its faults from the command line', async () => {
    const { url, key, running } = await play(
      ...['tagserver', '--key', 'mine', '--fault', 'broken:2', '--fault', 'unfiltered'],
    )
    expect(key).toBe('mine')
    const ask = async () =>
      (await fetch(`${url}/api/people`, { headers: { 'x-api-key': 'mine' } })).status
    expect([await ask(), await ask(), await ask(), await ask()]).toEqual([200, 500, 200, 500])
    await running.until('stderr', /In force: broken, unfiltered\./)
  })

  it.each([
    ['a system nobody plays', ['myspace'], /tagserver/],
    ['a fault it does not know', ['ems', '--fault', 'earthquake'], /lost-answer/],
    ['a fault that is no name', ['ems', '--fault', '20'], /lost-answer:20/],
  ])('refuses %s and says what there is', async (_what, args, words) => {
    const refused = await marshal(['stand-in', ...args])
    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(words)
  })

  it('names a port that is taken, with exit code 2', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    const refused = await marshal(['stand-in', 'ems', '--port', String(port)])
    taken.close()
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain(String(port))
    expect(refused.stderr.trim().split('\n')).toHaveLength(1)
  })
})
