import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { EngineProcess } from '../../scripts/dev/engine-process.ts'
import { watchSources } from '../../scripts/dev/watch-sources.ts'
import { dataFolderForTest } from '../support/run-marshal.ts'

vi.setConfig({ testTimeout: 180_000 })

let folder: string
const closers: (() => unknown)[] = []
beforeEach(async () => {
  const { dir, remove } = await dataFolderForTest()
  folder = dir
  closers.push(remove)
})
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

it('npm run dev serves the window from its sources, with an engine behind it, until Ctrl-C', async () => {
  const program = join(import.meta.dirname, '../../scripts/dev/serve.ts')
  const args = ['--port', '0', '--data', folder, '--entrants', '20']
  const dev = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(dev, 'exit')
  closers.push(() => dev.exitCode === null && dev.kill('SIGKILL'))
  const lines: string[] = []
  const output = createInterface({ input: dev.stdout }).on('line', (line) => lines.push(line))
  await once(output, 'line')
  const [, url, token] = /^(http:\/\/127\.0\.0\.1:\d+)\/#token=(\S+)$/.exec(lines[0] ?? '') ?? []

  const page = await (await fetch(`${url}/`)).text()
  expect(page).toContain('/@vite/client')
  expect(page).toContain('main.ts')
  expect(await (await fetch(`${url}/App.vue`)).text(), 'is changed in the open page').toContain(
    'import.meta.hot.accept',
  )

  const signIn = (origin: string | undefined) =>
    fetch(`${url}/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(origin ? { origin } : {}) },
      body: JSON.stringify({ token }),
    })
  expect((await signIn('http://elsewhere.example')).status).toBe(403)
  const { session } = (await (await signIn(url)).json()) as { readonly session: string }
  const headers = { authorization: `Bearer ${session}` }
  const status = (await (await fetch(`${url}/api/status`, { headers })).json()) as {
    readonly targets: readonly { readonly name: string }[]
  }
  expect(status.targets.map(({ name }) => name)).toEqual(['timing-van'])

  dev.kill('SIGINT')
  expect(await ended).toEqual([0, null])
  expect(lines, 'one address').toHaveLength(1)
})

it('an engine whose sources change is started again at the same address', async () => {
  const sources = join(folder, 'main')
  const program = join(sources, 'engine.ts')
  await mkdir(sources)
  const write = (words: string) =>
    writeFile(
      program,
      `import { createServer } from 'node:http'
      const port = Number(process.argv[process.argv.indexOf('--port') + 1])
      const server = createServer((_request, response) => void response.end(${JSON.stringify(words)}))
      server.listen(port, '127.0.0.1', () => {
        const url = 'http://127.0.0.1:' + server.address().port
        console.log(JSON.stringify({ url, signInUrl: url + '/#token=once' }))
      })
      process.on('SIGTERM', () => process.exit(0))`,
    )
  await write('first')
  const said: string[] = []
  const engine = new EngineProcess([program], (line) => void said.push(line))
  closers.push(() => engine.stop())
  const { url, token } = await engine.start()
  closers.push(watchSources(sources, () => void engine.restart()))
  expect(token).toBe('once')
  const answered = () =>
    fetch(url).then(
      (answer) => answer.text(),
      () => 'nobody',
    )
  expect(await answered()).toBe('first')

  await write('second')
  await expect.poll(answered, { timeout: 60_000 }).toBe('second')

  await writeFile(program, 'this is no program')
  await expect.poll(() => said.join('\n'), { timeout: 60_000 }).toContain('did not start')
  expect(engine.isRunning).toBe(false)
  await write('third')
  await expect.poll(answered, { timeout: 60_000 }).toBe('third')

  await engine.stop()
  expect(await answered()).toBe('nobody')
  expect(engine.isRunning).toBe(false)
})
