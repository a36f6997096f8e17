import { cp, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { backupDatabase } from '../../main/engine/db/backup.ts'
import { rpcClient, startEdgeSite, type Ask, type EdgeSite } from '../support/edge-site.ts'
import { marshalJson } from '../support/run-marshal.ts'

let site: EdgeSite
const closers: (() => Promise<unknown>)[] = []
beforeAll(async () => {
  site = await startEdgeSite()
})
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})
afterAll(() => site.close())

const signedIn = async () => (await site.people.exchange(site.people.newOneTimeToken(), 'Firefox'))!
const as = (session: string): Ask => ({
  anonymous: true,
  headers: { authorization: `Bearer ${session}` },
})
const idOf = (session: string) => session.split('.')[0]!
const fileOf = (session: string) => join(site.dataDir, 'sessions', `${idOf(session)}.json`)

async function restart(dataDir?: string) {
  const again = await site.restarted(dataDir)
  closers.push(() => again.close())
  return again
}

async function statusOf(session: string): Promise<number> {
  return (await site.ask('/api/status', as(session))).status
}

describe('a signed-in browser', () => {
  it('stays signed in over a restart, and the link it came by does not', async () => {
    const link = site.people.newOneTimeToken()
    const session = (await site.people.exchange(link))!
    const unused = site.people.newOneTimeToken()
    const again = await restart()
    expect((await again.ask('/api/status', as(session))).status).toBe(200)
    for (const token of [link, unused]) {
      const body = JSON.stringify({ token })
      const answer = await again.ask('/sign-in', { method: 'POST', body, anonymous: true })
      expect(answer.status).toBe(401)
    }
  })

  it('two at once with one link give one session', async () => {
    const token = site.people.newOneTimeToken()
    const both = await Promise.all([site.people.exchange(token), site.people.exchange(token)])
    expect(both.filter((session) => session !== null)).toHaveLength(1)
  })

  it('is refused with a token that is nearly right', async () => {
    const session = await signedIn()
    const other = await signedIn()
    const wrong = [
      `${session.slice(0, -1)}${session.endsWith('A') ? 'B' : 'A'}`,
      `${idOf(session)}.${other.split('.')[1]}`,
      idOf(session),
      `${idOf(session)}.`,
      `.${session.split('.')[1]}`,
      `../sessions/${session}`,
      `__proto__.${session.split('.')[1]}`,
    ]
    for (const token of wrong) expect(await statusOf(token)).toBe(401)
    expect(await statusOf(session)).toBe(200)
  })

  it('is refused under another host name, however valid its session is', async () => {
    const session = await signedIn()
    for (const host of ['evil.example', `evil.example:${site.port}`, '127.0.0.1']) {
      const headers = { authorization: `Bearer ${session}`, host }
      expect((await site.ask('/api/status', { anonymous: true, headers })).status).toBe(421)
    }
  })

  it('is signed out after 30 days without use, and stays so after a restart', async () => {
    const session = await signedIn()
    site.passHours(29 * 24)
    expect(await statusOf(session)).toBe(200)
    // The use just now counts, also for a process started later.
    site.passHours(29 * 24)
    expect((await (await restart()).ask('/api/status', as(session))).status).toBe(200)
    site.passHours(31 * 24)
    expect(await statusOf(session)).toBe(401)
    expect((await (await restart()).ask('/api/status', as(session))).status).toBe(401)
  })

  it('signs in anew after half a year, however often it was used', async () => {
    const session = await signedIn()
    for (let days = 0; days < 175; days += 25) {
      expect(await statusOf(session)).toBe(200)
      site.passHours(25 * 24)
    }
    site.passHours(6 * 24)
    expect(await statusOf(session)).toBe(401)
  })
})

describe('ending sessions', () => {
  it('ends one or all at once, also for a process started later', async () => {
    const client = rpcClient(site.server.url)
    const [one, two, three] = [await signedIn(), await signedIn(), await signedIn()]
    expect(await client.sessions.list()).toContainEqual({
      id: idOf(one),
      createdOn: expect.stringMatching(/Z$/),
      lastUsedOn: expect.stringMatching(/Z$/),
      browser: 'Firefox',
    })
    expect(await client.sessions.end({ ids: [idOf(one), 'no-such'] })).toEqual({ count: 1 })
    expect([await statusOf(one), await statusOf(two)]).toEqual([401, 200])
    await client.sessions.end({})
    expect(await client.sessions.list()).toEqual([])
    const again = await restart()
    for (const session of [one, two, three]) {
      expect(await statusOf(session)).toBe(401)
      expect((await again.ask('/api/status', as(session))).status).toBe(401)
    }
  })

  it('cuts the live stream of a browser that is signed out', async () => {
    const session = await signedIn()
    const live = await rpcClient(site.server.url, session).status.watch()
    await live.next()
    const ended = live.next().then(
      () => 'went on',
      () => 'ended',
    )
    await rpcClient(site.server.url).sessions.end({ ids: [idOf(session)] })
    expect(await ended).toBe('ended')
  })

  it('works from the command line while the service runs, and cuts the live stream', async () => {
    const session = await signedIn()
    const live = await rpcClient(site.server.url, session).status.watch()
    await live.next()
    const ended = live.next().then(
      () => 'went on',
      () => 'ended',
    )
    const data = site.dataDir
    const listed = (await marshalJson(['sessions', 'list'], { data })) as { sessions: object[] }
    // The command goes by this computer's clock, which the test's is ahead of.
    expect(listed.sessions).toContainEqual(expect.objectContaining({ id: idOf(session) }))
    expect(await marshalJson(['sessions', 'revoke', idOf(session)], { data })).toEqual({ count: 1 })
    expect(await statusOf(session)).toBe(401)
    expect(await ended).toBe('ended')
    await marshalJson(['sessions', 'revoke', 'no-such'], { data, code: 2 })
    await marshalJson(['sessions', 'revoke'], { data, code: 2 })
  })

  it('lasts: noting a later use does not bring an ended session back', async () => {
    const session = await signedIn()
    site.passHours(1)
    const asking = site.ask('/api/status', as(session))
    await rm(fileOf(session))
    await asking
    expect(await statusOf(session)).toBe(401)
    await vi.waitFor(async () =>
      expect(await readdir(dirname(fileOf(session)))).not.toContain(`${idOf(session)}.json`),
    )
  })
})

describe('what lies in the data folder', () => {
  it('is a hash that opens nothing, readable by this user only', async () => {
    const session = await signedIn()
    const text = await readFile(fileOf(session), 'utf8')
    expect(text).not.toContain(session.split('.')[1])
    const { hash } = JSON.parse(text) as { hash: string }
    for (const guess of [hash, `${idOf(session)}.${hash}`, Buffer.from(hash).toString('hex')])
      expect(await statusOf(guess)).toBe(401)
    expect((await stat(fileOf(session))).mode & 0o777).toBe(0o600)
    expect((await stat(dirname(fileOf(session)))).mode & 0o777).toBe(0o700)
  })

  it('is good for this folder only: a copy of it accepts nobody', async () => {
    const session = await signedIn()
    const copy = await mkdtemp(join(tmpdir(), 'marshal-copy-'))
    closers.push(() => rm(copy, { recursive: true }))
    await cp(join(site.dataDir, 'sessions'), join(copy, 'sessions'), {
      recursive: true,
      preserveTimestamps: true,
    })
    expect((await (await restart(copy)).ask('/api/status', as(session))).status).toBe(401)
  })

  it('is not in the database, so that a restored backup brings no ended session back', async () => {
    const session = await signedIn()
    const backup = join(site.dataDir, 'backup-with-everything.db')
    await backupDatabase({ file: join(site.dataDir, 'marshal.db') }, backup)
    const bytes = await readFile(backup)
    expect(bytes.includes(idOf(session))).toBe(false)
  })

  it('counts as nobody where it cannot be read', async () => {
    const session = await signedIn()
    const file = fileOf(session)
    const text = await readFile(file, 'utf8')
    for (const broken of ['', '{', '{}', '{"hash":"","createdOn":1,"browser":""}']) {
      await writeFile(file, broken)
      expect((await (await restart()).ask('/api/status', as(session))).status).toBe(401)
    }
    await writeFile(file, text)
    await rename(file, join(dirname(file), 'other-name-here.json'))
    expect((await (await restart()).ask('/api/status', as(session))).status).toBe(401)
  })
})
