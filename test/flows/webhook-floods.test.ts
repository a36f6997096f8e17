import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createHookRequests, type HookOptions } from '../../main/hosts/hook-requests.ts'
import type { OutgoingWebhook } from '../../main/stand-ins/mock-sync-server/webhook-sender.ts'
import { requestOf } from '../targets/mock-sync-server/webhook-request.ts'
import { startHooked } from '../targets/mock-sync-server/at-webhooks.ts'

const good: OutgoingWebhook = { body: { entity: 'person', id: 'a' } }

/** The hooks of a real engine behind a real server, with small allowances. */
async function startHooks(options: Omit<HookOptions, 'receive'>) {
  const marshal = await startHooked()
  const hooks = createHookRequests({ receive: marshal.engine.receiveWebhook, ...options })
  const server = createServer((request, response) => void hooks.answer(request, response))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const send = async (webhook: OutgoingWebhook): Promise<number> => {
    const { headers, body } = requestOf(webhook, marshal.clock.now())
    const url = `http://127.0.0.1:${port}/hooks/timing`
    return (await fetch(url, { method: 'POST', headers: { ...headers }, body: Buffer.from(body) }))
      .status
  }
  return { port, send }
}

describe('floods of webhooks', () => {
  it('of strangers use up nothing of what the target may send', async () => {
    const { send } = await startHooks({ burst: 5, perSecond: 0.001 })
    for (let round = 0; round < 4; round += 1) {
      expect(await send({ ...good, signature: 'wrong' })).toBe(401)
      expect(await send({ ...good, signature: 'none' })).toBe(401)
    }
    expect(await send(good)).toBe(200)
  })

  it('of the target itself are slowed down', async () => {
    const { send } = await startHooks({ burst: 3, perSecond: 0.001 })
    const statuses: number[] = []
    for (let round = 0; round < 5; round += 1) statuses.push(await send(good))
    expect(statuses).toEqual([200, 200, 200, 429, 429])
  })

  it('with large bodies that never end give way to a small one, and fill no memory', async () => {
    const { port, send } = await startHooks({ mostHeld: 100_000 })
    const strangers = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const socket = connect(port, '127.0.0.1')
        socket.on('error', () => {})
        socket.write(
          `POST /hooks/timing HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 90000\r\n\r\n${'x'.repeat(60_000)}`,
        )
        onTestFinished(() => void socket.destroy())
        return socket
      }),
    )
    // Two of them fit: the others were told to come again.
    const told = strangers.map(firstWords)
    expect(await Promise.race(told)).toMatch(/^HTTP\/1\.1 503 /)
    expect(await send(good)).toBe(200)
  })
})

async function firstWords(socket: Socket): Promise<string> {
  for await (const part of socket) return String(part)
  return ''
}
