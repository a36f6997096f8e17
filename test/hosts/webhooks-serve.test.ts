import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { dataFolderForTest, marshal, marshalJson, RunningMarshal } from '../support/run-marshal.ts'
import { startMockSync } from '../targets/mock-sync-server/stand-in.ts'
import { startTagServer } from '../targets/tagserver/stand-in.ts'

// Several processes, one after the other, each a full start of Marshal.
vi.setConfig({ testTimeout: 180_000 })

const env = { MARSHAL_PASSPHRASE: 'correct horse battery staple' }
const secret = 'canary-served-hook'

let data: string
const closers: (() => Promise<unknown>)[] = []
beforeEach(async () => {
  const folder = await dataFolderForTest()
  data = folder.dir
  closers.push(folder.remove)
})
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const addTarget = (config: Readonly<Record<string, unknown>>) =>
  marshalJson(['target', 'add', '-'], {
    data,
    env,
    input: JSON.stringify({ schedule: { delta: null, reconcile: null }, ...config }),
  })

describe('webhooks at a serving Marshal', () => {
  it('come to the address the target shows, and are there by themselves a moment later', async () => {
    const office = await startMockSync()
    closers.push(() => office.stop())
    await addTarget({
      name: 'Büro 1',
      adapter: 'mock-sync-server',
      url: office.url,
      secrets: { webhookSecret: secret },
    })
    const shown = await marshal(['target', 'show', 'Büro 1'], { data, env })
    const path = /webhooks\s+(\/hooks\/\S+)/.exec(shown.stdout)?.[1]
    expect(path).toBe('/hooks/B%C3%BCro%201')
    await marshalJson(['sync'], { data, env })

    const running = new RunningMarshal(
      ['--json', '--log-level', 'debug', 'serve', '--port', '0', '--show-token'],
      { data, env },
    )
    closers.push(() => running.end('SIGKILL'))
    const { url, token } = (await running.document()) as { url: string; token: string }
    const list = async () => {
      const answer = await fetch(`${url}/api/records/list`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ entity: 'person' }),
      })
      const { records } = (await answer.json()) as { records: { display: string }[] }
      return records.map(({ display }) => display).sort()
    }
    const record = (id: string, firstName: string) => ({
      id,
      entity: 'person',
      timestamp: new Date().toISOString(),
      firstName,
      lastName: 'Silva',
    })
    await office.put([record('a', 'Ana'), record('b', 'Bo')])
    const answers = await office.sendWebhooks({
      url: `${url}${path}`,
      secret,
      webhooks: [{ body: { entity: 'person', id: 'a' } }, { body: record('b', 'Bo') }],
    })
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    await expect.poll(list).toEqual(['Ana Silva', 'Bo Silva'])
    const ended = await running.end('SIGTERM')
    expect(ended.code).toBe(0)
    expect(ended.stdout + ended.stderr).not.toContain(secret)
  })

  it('have no address at a target that takes none', async () => {
    const timing = await startTagServer()
    closers.push(() => timing.stop())
    await addTarget({ name: 'van', adapter: 'tagserver', url: timing.url, auth: 'api-key' })
    const shown = await marshal(['target', 'show', 'van'], { data, env })
    expect(shown.stdout).toMatch(/webhooks\s+none/)
  })
})
