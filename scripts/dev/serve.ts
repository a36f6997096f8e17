/** The program behind `npm run dev`: prints one address, and ends with Ctrl-C. */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { EngineProcess } from './engine-process.ts'
import { watchSources } from './watch-sources.ts'
import { serveWindow } from './window-server.ts'

const root = join(import.meta.dirname, '../..')
const usualPort = 5173

const { values, positionals } = parseArgs({
  options: {
    port: { type: 'string', default: String(usualPort) },
    data: { type: 'string', default: join(root, 'node_modules/.cache/marshal/dev') },
    entrants: { type: 'string', default: '2000' },
    latency: { type: 'string', default: '3' },
  },
})
if (positionals.length > 0) throw new Error(`"${positionals.join(' ')}" is no option`)

const say = (line: string): void => void process.stderr.write(`${line}\n`)
const { data, entrants, latency } = values
const engine = new EngineProcess(
  [
    ...['--disable-warning=ExperimentalWarning', join(root, 'main/edge.ts'), '--json'],
    ...['--data', data, 'demo', '--entrants', entrants, '--latency', latency],
  ],
  say,
)
const stopped = new Promise<void>((resolve) => {
  process.on('SIGINT', resolve).on('SIGTERM', resolve)
})

try {
  const { url, token } = await engine.start()
  const window = await serveWindow({
    root,
    port: Number(values.port),
    engine: { url, state: engine },
  })
  const unwatch = watchSources(join(root, 'main'), () => void engine.restart())
  process.stdout.write(`${window.url}/#token=${token}\n`)
  say('Open this address; it signs in one browser. Ctrl-C ends all of it.')
  await stopped
  unwatch()
  await window.close()
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
} finally {
  await engine.stop()
}
// A kept connection of a browser must not keep it alive.
process.exit()
