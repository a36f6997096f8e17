/**
 * An engine of its own that does one thing and kills itself, as `kill -9` would, when it comes to a given point for the
 * given time: `node engine-process.ts '<order as JSON>'`. Ends by itself when the thing is done. Secrets come over the
 * standard input, as they must be on no command line.
 */
import { readFile } from 'node:fs/promises'
import { createEngine } from '../../main/engine/engine.ts'
import type { Ports } from '../../main/engine/ports.ts'
import { systemClock } from '../../main/hosts/system-clock.ts'
import { undiciHttp } from '../../main/hosts/undici-http.ts'
import { uuidIds } from '../../main/hosts/uuid-ids.ts'
import type { OutgoingWebhook } from '../../main/stand-ins/mock-sync-server/webhook-sender.ts'
import { dieAtStatement } from '../simulation/statement-watch.ts'
import { secretsInMemory } from '../support/test-core.ts'
import { requestOf, webhookSecret } from '../targets/mock-sync-server/webhook-request.ts'

export interface CrashOrder {
  readonly dataDir: string
  readonly action: 'sync' | 'import' | 'webhooks'
  /** For the import. */
  readonly file?: string
  /** What a target sends before it is synced. */
  readonly webhooks?: readonly OutgoingWebhook[]
  /** Null: nobody kills it from inside. */
  readonly point: string | null
  /** Which time it comes to the point, from 1. */
  readonly time: number
  /** In place of a point: which statement of the thing it does is its last, from 1. */
  readonly statement?: number
  readonly apiKey: string
  /** A desk that is synced with its hub, in place of a target called `timing`. */
  readonly hubKey?: string
}

const order = JSON.parse(process.argv[2] ?? '') as CrashOrder

let seen = 0
async function probe(point: string): Promise<void> {
  const place = point.replace(/:\d+$/, '')
  if (place !== order.point) return
  seen += 1
  if (seen < order.time) return
  die()
  await new Promise(() => {})
}

function die(): void {
  process.kill(process.pid, 'SIGKILL')
}

const secrets = secretsInMemory()
await secrets.set('timing', 'apiKey', order.apiKey)
await secrets.set('timing', 'webhookSecret', webhookSecret)
if (order.hubKey !== undefined) await secrets.set('hub', 'token', order.hubKey)
const silent = () => {}
const ports: Ports = {
  clock: systemClock(),
  ids: uuidIds(),
  log: {
    debug: silent,
    info: silent,
    warn: silent,
    error: (message, details) => console.error(message, details),
  },
  secrets,
  http: undiciHttp({ connectMs: 2_000, headersMs: 1_500, bodyMs: 1_500, totalMs: 5_000 }),
  files: { dataDir: order.dataDir, freeBytes: async () => 100 * 2 ** 30 },
  probe,
}
const engine = await createEngine(ports, { host: 'edge', version: '0.0.0-test', schedule: false })
process.stdout.write('ready\n')
if (order.statement !== undefined) dieAtStatement(order.statement, die)
switch (order.action) {
  case 'sync':
    await engine.client.sync.run({ targets: [order.hubKey === undefined ? 'timing' : 'hub'] })
    break
  case 'webhooks':
    for (const webhook of order.webhooks ?? []) {
      await engine.receiveWebhook('timing', requestOf(webhook, Date.now()))
    }
    await engine.client.sync.run({ targets: ['timing'] })
    break
  case 'import': {
    const bytes = await readFile(order.file!)
    const open = async function* () {
      yield bytes
    }
    const options = {
      entity: 'entrant',
      event: 'Spring Classic',
      map: {},
      rehearse: false,
    } as const
    await engine.importFile(
      { name: 'list.csv', open },
      options,
      silent,
      new AbortController().signal,
    )
    break
  }
}
await engine.stop()
