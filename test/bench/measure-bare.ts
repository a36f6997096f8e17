/**
 * `node measure-bare.ts FROM TO`: the limit of a first push. A bare undici loop sends the bodies one timing system holds
 * to another, parents first, as many in flight as the adapter allows, with no database and no care.
 */
import { performance } from 'node:perf_hooks'
import { Pool } from 'undici'
import { benchKey, report } from './measuring.ts'

const [from = '', to = ''] = process.argv.slice(2)
const inFlight = 8
const headers = { 'x-api-key': benchKey, 'content-type': 'application/json' }
const collections = [
  'organisations',
  'people',
  'events',
  'races',
  'start-groups',
  'tags',
  'event-participants',
  'start-group-participants',
]

type Body = Record<string, unknown> & { id?: number }

const source = new Pool(from)
const bodies = new Map<string, Body[]>()
for (const collection of collections) {
  const all: Body[] = []
  for (let page = 0; ; page++) {
    const path = `/api/${collection}?page=${page}&size=2000&sort=id,asc`
    const answer = await source.request({ method: 'GET', path, headers })
    const items = (await answer.body.json()) as Body[]
    all.push(...items)
    if (items.length < 2000) break
  }
  bodies.set(collection, all)
}
await source.close()

const pool = new Pool(to, { connections: inFlight })
const ids = new Map<number, number>()
const relinked = ({ id: _, ...body }: Body) =>
  JSON.stringify(body, (key, value: unknown) =>
    key === 'id' && typeof value === 'number' ? ids.get(value) : value,
  )
let sent = 0
const began = performance.now()
for (const collection of collections) {
  const waiting = bodies.get(collection)!
  let next = 0
  const send = async () => {
    while (next < waiting.length) {
      const body = waiting[next++]!
      const answer = await pool.request({
        method: 'POST',
        path: `/api/${collection}`,
        headers,
        body: relinked(body),
      })
      if (answer.statusCode >= 300) throw new Error(await answer.body.text())
      ids.set(body.id!, ((await answer.body.json()) as { id: number }).id)
      sent += 1
    }
  }
  await Promise.all(Array.from({ length: inFlight }, send))
}
const wallMs = performance.now() - began
await pool.close()
report({ wallMs, sent })
