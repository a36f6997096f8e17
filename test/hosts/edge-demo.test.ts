import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startListCsv } from '../../main/engine/demo/start-list.ts'
import { statusDocument } from '../support/command-documents.ts'
import { dataFolderForTest, marshal, marshalJson, RunningMarshal } from '../support/run-marshal.ts'

// Many processes, one after the other, each a full start of Marshal.
vi.setConfig({ testTimeout: 180_000 })

const entrants = 300

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

interface Demo {
  readonly running: RunningMarshal
  readonly url: string
  readonly timing: string
  readonly timingPid: number
  readonly token: string
}

async function demo(latencyMs: number): Promise<Demo> {
  const running = new RunningMarshal(
    [
      ...['--json', 'demo', '--port', '0', '--show-token'],
      ...['--entrants', String(entrants), '--latency', String(latencyMs)],
    ],
    { data },
  )
  closers.push(() => running.end())
  const printed = (await running.document()) as Omit<Demo, 'running'>
  return { running, ...printed }
}

async function status({ url, token }: Demo) {
  const answer = await fetch(`${url}/api/status`, { headers: { authorization: `Bearer ${token}` } })
  return statusDocument.parse(await answer.json())
}

async function call(demo: Demo, path: string, body: unknown): Promise<Record<string, unknown>> {
  const answer = await fetch(`${demo.url}/api${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${demo.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return (await answer.json()) as Record<string, unknown>
}

type Target = Awaited<ReturnType<typeof status>>['targets'][number]

const untilUpToDate = (demo: Demo) =>
  until(demo, ({ state, pending }) => state === 'up-to-date' && pending === 0)

/** Follows the live stream until the target is as wanted. */
async function until(demo: Demo, wanted: (target: Target) => boolean): Promise<void> {
  const done = new AbortController()
  const answer = await fetch(`${demo.url}/api/status/watch`, {
    headers: { authorization: `Bearer ${demo.token}` },
    signal: AbortSignal.any([done.signal, AbortSignal.timeout(40_000)]),
  })
  if (!answer.body) throw new Error('no live stream')
  try {
    for await (const _piece of answer.body) {
      const [target] = (await status(demo)).targets
      if (target && wanted(target)) break
    }
  } catch {
    throw new Error(`not so in time: ${JSON.stringify(await status(demo))}`)
  }
  done.abort()
}

async function atTheStandIn(
  demo: Demo,
  collection: string,
): Promise<readonly Record<string, unknown>[]> {
  const answer = await fetch(`${demo.timing}/api/${collection}?page=0&size=2000&sort=id,asc`, {
    headers: { 'X-API-KEY': 'demo-timing-key' },
  })
  return (await answer.json()) as Record<string, unknown>[]
}

/** What the page of the stand-in shows; it needs no key, so looking does not count as one of its few requests in flight. */
async function shownAtTheStandIn(demo: Demo): Promise<{
  readonly counts: Readonly<Record<string, number>>
  readonly changes: readonly { readonly kind: string; readonly label: string }[]
}> {
  return (await (await fetch(`${demo.timing}/page.json`)).json()) as never
}

async function expectExactlyOneOfEverything(demo: Demo): Promise<void> {
  const people = await atTheStandIn(demo, 'people')
  const participants = await atTheStandIn(demo, 'event-participants')
  expect(people).toHaveLength(entrants)
  expect(participants).toHaveLength(entrants)
  expect(new Set(participants.map(({ number }) => number)).size).toBe(entrants)
  expect(await atTheStandIn(demo, 'start-group-participants')).toHaveLength(entrants)
  expect(await atTheStandIn(demo, 'events')).toHaveLength(1)
  const mails = people.map(({ email }) => email).filter((email) => email !== null)
  expect(new Set(mails).size).toBe(mails.length)
}

describe('marshal demo', () => {
  it('fills the timing stand-in by itself, and again after being killed in the middle, with exactly one of everything', async () => {
    const first = await demo(5)
    while (((await shownAtTheStandIn(first)).counts['people'] ?? 0) < entrants / 4);
    first.running.child.kill('SIGKILL')
    await once(first.running.child, 'close')

    const second = await demo(0)
    expect(second.timing).toBe(first.timing)
    await untilUpToDate(second)
    await expectExactlyOneOfEverything(second)
    expect((await status(second)).records).toMatchObject({
      person: entrants,
      eventParticipant: entrants,
    })
    expect((await second.running.end()).code).toBe(0)
    await expect(fetch(second.timing)).rejects.toThrow('fetch failed')
  })

  it('sends a check-in made at the desk within seconds, and keeps it over a restart', async () => {
    const first = await demo(0)
    await untilUpToDate(first)
    const { rows } = (await call(first, '/desk/search', { query: '00042' })) as {
      rows: { id: string }[]
    }
    expect(await call(first, '/desk/change', { id: rows[0]!.id, bib: 'X42' })).toMatchObject({
      outcome: 'ok',
    })
    while (!(await shownAtTheStandIn(first)).changes.some(({ label }) => label.includes('X42')));
    const there = await atTheStandIn(first, 'event-participants')
    expect(there.map(({ number }) => number)).toContain('X42')
    expect(there).toHaveLength(entrants)
    await first.running.end()

    const second = await demo(0)
    await untilUpToDate(second)
    const numbers = (await atTheStandIn(second, 'event-participants')).map(({ number }) => number)
    expect(numbers).toContain('X42')
    expect(numbers).not.toContain('00042')
  })

  it('waits while the timing system is gone, and sends by itself exactly what changed once it is back', async () => {
    const here = await demo(0)
    await untilUpToDate(here)
    process.kill(here.timingPid)
    await here.running.until('stderr', /The timing system ended/)
    const { rows } = (await call(here, '/desk/search', { query: '000', limit: 50 })) as {
      rows: { id: string }[]
    }
    for (const { id } of rows)
      await call(here, '/desk/change', { id, notes: 'seen', category: 'VIP' })
    await until(here, ({ state, pending }) => state === 'waiting' && pending === rows.length)

    const timing = new RunningMarshal(['--json', 'demo-timing'], { data })
    closers.push(() => timing.end())
    expect(await timing.document()).toEqual({ url: here.timing })
    await untilUpToDate(here)
    const participants = await atTheStandIn(here, 'event-participants')
    expect(participants.filter(({ category }) => category === 'VIP')).toHaveLength(rows.length)
    expect(participants).toHaveLength(entrants)
    const sent = (await shownAtTheStandIn(here)).changes.filter(({ kind }) => kind === 'replaced')
    expect(sent.length).toBe(Math.min(rows.length, 25))
  })

  it('never puts invented entrants into a folder with real data', async () => {
    await marshalJson(['record', 'set', 'person', '--field', 'lastName=Real'], { data })
    const before = await readFile(join(data, 'marshal.db'))
    const refused = await marshal(['demo', '--port', '0'], { data })
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('invented')
    expect(await readFile(join(data, 'marshal.db'))).toEqual(before)
  })

  it('makes the same start list every time, all of it acceptable', async () => {
    const text = [...startListCsv(2000)].join('')
    expect([...startListCsv(2000)].join('')).toBe(text)
    const file = join(data, 'list.csv')
    await writeFile(file, text)
    const report = await marshalJson(['import', file, '--entity', 'entrant', '--event', 'E'], {
      data,
    })
    expect(report).toMatchObject({
      rows: 2000,
      bad: [],
      created: { person: 2000, eventParticipant: 2000 },
    })
  })
})
