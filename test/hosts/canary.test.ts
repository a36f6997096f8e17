/** A secret that is easily recognised goes through everything Marshal does with one, and must be found nowhere afterwards. */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { chromiumArguments, headlessPath } from '../support/chromium.ts'
import {
  dataFolderForTest,
  marshal,
  RunningMarshal,
  type MarshalRun,
} from '../support/run-marshal.ts'
import { startListOf } from '../support/race-day.ts'
import { startTagServer, type TagServerStandIn } from '../targets/tagserver/stand-in.ts'
import { type FaultAction } from '../support/stand-in-process.ts'

// Many processes, one after the other, each a full start of Marshal.
vi.setConfig({ testTimeout: 480_000 })

/** Looks different as JSON, in an address, in a form and in base64, and each of its halves is telling. */
const canary = 'kanarienvogel"+&/ 7f3a9c51e0d2'
const apiToken = 'an-api-token-of-the-canary-test'

let data: string
let timing: TagServerStandIn
const closers: (() => Promise<unknown>)[] = []
beforeEach(async () => {
  const folder = await dataFolderForTest()
  data = folder.dir
  timing = await startTagServer()
  closers.push(() => timing.stop(), folder.remove)
})
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const options = {
  env: { MARSHAL_PASSPHRASE: 'correct horse battery staple', MARSHAL_TOKEN: apiToken },
}

/** Parts of the canary in whatever spelling: as they are, UTF-16, hexadecimal, and base64 wherever it begins. */
const traces: readonly Buffer[] = ['kanarienvogel', '7f3a9c51e0d2'].flatMap((part) => [
  Buffer.from(part),
  Buffer.from(part, 'utf16le'),
  Buffer.from(Buffer.from(part).toString('hex')),
  ...[0, 1, 2].map((shift) => {
    const text = Buffer.from('x'.repeat(shift) + part).toString('base64')
    // What depends on the neighbours is left out.
    return Buffer.from(text.slice(shift === 0 ? 0 : 4, -4))
  }),
])

function expectNoTrace(what: string, content: string | Buffer): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  const found = traces.filter((trace) => bytes.includes(trace)).map(String)
  expect(found, what).toEqual([])
}

async function expectNoTraceInFiles(): Promise<readonly string[]> {
  const entries = await readdir(data, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  for (const { name, parentPath } of files) {
    expectNoTrace(name, await readFile(join(parentPath, name)))
  }
  return files.map(({ name }) => name)
}

/** Runs one command line; what it says must not say the secret. */
async function run(args: readonly string[], input?: string): Promise<MarshalRun> {
  const result = await marshal(['--log-level', 'debug', '--trace-http', ...args], {
    data,
    ...options,
    ...(input === undefined ? {} : { input }),
  })
  expectNoTrace(args.join(' '), result.stdout + result.stderr)
  return result
}

const config = (more: Readonly<Record<string, unknown>>) =>
  JSON.stringify({ name: 'timing-van', adapter: 'tagserver', auth: 'api-key', ...more })

/** The key lies where the words are cut. */
const refusal: FaultAction = {
  kind: 'answer',
  status: 400,
  body: { detail: `${'No. '.repeat(120)} Key ${canary} is wrong` },
}

/** Answers that repeat the key, each in another place. */
const echoes: readonly FaultAction[] = [
  { kind: 'answer', status: 200, body: { [canary]: canary } },
  {
    kind: 'answer',
    status: 302,
    headers: { location: `ftp://elsewhere.example/${encodeURIComponent(canary)}` },
  },
  { kind: 'answer', status: 500, headers: { 'content-type': 'text/plain' }, body: `at ${canary}` },
  {
    kind: 'answer',
    status: 429,
    body: { title: Buffer.from(canary).toString('base64') },
    retryAfter: { text: canary },
  },
  { kind: 'answer', status: 401, body: { message: `Who is ${canary}?` } },
]

it('a secret leaves no trace in any file, answer, page or line that people see', async () => {
  await timing.setKey(canary)
  const file = join(data, 'list.csv')
  await writeFile(file, startListOf(6))

  // Where it does not belong: in the address. Refused, and not even then repeated or kept.
  const encoded = encodeURIComponent(canary)
  const inAddress = timing.url.replace('//', `//me:${encoded}@`)
  const refused = await run(['target', 'add', '-'], config({ url: inAddress, secrets: {} }))
  expect(refused.code).toBe(2)
  await run(['target', 'add', '-'], config({ url: timing.url, secrets: { no: canary } }))
  await run(['target', 'add', '-'], `{"secrets":{"apiKey":${JSON.stringify(canary)}`)

  const added = await run(
    ['target', 'add', '-'],
    config({ url: timing.url, secrets: { apiKey: canary } }),
  )
  expect(added.code).toBe(0)
  expect((await run(['target', 'secret', 'timing-van', 'apiKey'], `${canary}\n`)).code).toBe(0)
  expect((await run(['target', 'test', 'timing-van'])).code).toBe(0)
  expect((await run(['import', file, '--entity', 'entrant', '--event', 'Spring'])).code).toBe(0)
  expect((await run(['sync'])).code).toBe(0)

  await run(['record', 'set', 'person', '--field', 'lastName=Echo'])
  for (const [n, action] of echoes.entries()) {
    await timing.fault({ action })
    expect((await run(['sync', '--json'])).code, `echo ${n}`).not.toBe(0)
    if (n % 2 === 1) expect((await run(['target', 'test', 'timing-van'])).code).not.toBe(0)
    await timing.clearFaults()
  }
  await run(['target', 'resume', 'timing-van'])
  expect((await run(['sync'])).code).toBe(0)
  await timing.fault({ match: { method: 'POST' }, action: refusal })
  await run(['record', 'set', 'person', '--field', 'lastName=Refused'])
  expect((await run(['sync'])).code).toBe(1)
  expect((await run(['failures', 'list'])).stdout).toContain('[secret]')
  for (const args of [
    ['status', '--json'],
    ['runs', '--json'],
    ['log', '--json'],
    ['target', 'show', 'timing-van', '--json'],
    ['target', 'export', 'timing-van'],
    ['export', 'person'],
    ['check', '--json'],
  ]) {
    await run(args)
  }

  expect((await run(['backup', join(data, 'copy.db')])).code).toBe(0)

  // The same to a browser and to machines, while the write-ahead log is there.
  const args = [
    ...['--log-level', 'debug', '--trace-http', 'serve'],
    ...['--json', '--port', '0', '--show-token'],
  ]
  const serving = new RunningMarshal(args, { data, ...options })
  closers.push(() => serving.end('SIGKILL'))
  const { url, signInUrl } = (await serving.document()) as { url: string; signInUrl: string }
  const headers = { authorization: `Bearer ${apiToken}`, 'content-type': 'application/json' }
  const ask = async (path: string, body?: unknown) => {
    const answer = await fetch(url + path, {
      headers,
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    expectNoTrace(path, text + JSON.stringify([...answer.headers]))
    return text
  }
  await timing.fault({ action: refusal })
  const { paths } = JSON.parse(await ask('/api/openapi.json')) as {
    paths: Record<string, Record<string, unknown>>
  }
  const readable = Object.keys(paths).filter((path) => 'get' in paths[path]! && !/watch/.test(path))
  expect(readable.length).toBeGreaterThan(10)
  for (const path of readable) await ask(`/api${path.replace(/\{\w+\}/g, 'timing-van')}`)
  expect(await ask('/rpc/targets/list', {})).toContain('timing-van')
  await ask('/rpc/targets/test', { json: { name: 'timing-van' } })
  await ask('/rpc/records/set', { json: { entity: 'person', fields: { lastName: 'Shown' } } })
  const rehearsal = { json: { name: 'timing-van', requests: true } }
  expect(await ask('/rpc/sync/rehearse', rehearsal)).toContain('[secret]')
  await ask('/rpc/sync/run', { json: { targets: ['timing-van'] } })
  await ask('/metrics')

  const browser = await chromium.launch({
    executablePath: headlessPath,
    args: [...chromiumArguments],
  })
  closers.push(() => browser.close())
  const page = await browser.newPage()
  await page.goto(signInUrl)
  const main = page.getByRole('main')
  const look = async (place: string, shown: string) => {
    await page.waitForFunction((address) => location.hash === address, `#/${place}`)
    await expect.poll(() => main.innerText(), { timeout: 30_000 }).toContain(shown)
    expectNoTrace(place, await page.content())
  }
  await look('desk', 'Type or scan')
  for (const [name, shown] of [
    ['Targets', 'timing-van'],
    ['Sync', 'Sync now'],
    ['Attention', '[secret]'],
  ] as const) {
    await page.getByRole('link', { name }).first().click()
    await look(name.toLowerCase(), shown)
  }
  await page.evaluate(() => {
    location.hash = '#/targets/timing-van'
  })
  await look('targets/timing-van', timing.url)
  const kept = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]))
  expectNoTrace('what the browser keeps', kept)

  const names = await expectNoTraceInFiles()
  expect(names).toEqual(
    expect.arrayContaining([
      'marshal.db',
      'marshal.db-wal',
      'marshal.log',
      'http.log',
      'vault.json',
      'copy.db',
    ]),
  )
  const log = await readFile(join(data, 'log', 'marshal.log'), 'utf8')
  expect(log, 'the log is a detailed one').toContain('"level":20')
  const wire = await readFile(join(data, 'log', 'http.log'), 'utf8')
  expect(wire, 'a server that repeats the key is in the wire log').toContain('Who is [secret]?')
  const { stdout, stderr } = await serving.end()
  expectNoTrace('serve', stdout + stderr)
  await run(['target', 'remove', 'timing-van'])
  await expectNoTraceInFiles()
})
