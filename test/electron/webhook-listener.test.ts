import { once } from 'node:events'
import { connect as connectSocket, createServer, type AddressInfo, type Server } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { WebhookRequest } from '../../main/engine/engine.ts'
import {
  createWebhookListener,
  type WebhookListener,
  type WebhookListenerOptions,
} from '../../main/hosts/electron/webhook-listener.ts'
import { desktopWords } from '../../main/hosts/electron/words.ts'
import { isNearAddress } from '../../main/hosts/near-addresses.ts'

interface Bench {
  readonly listener: WebhookListener
  readonly heard: (WebhookRequest & { readonly name: string })[]
  readonly troubles: string[]
  post(port: number, path?: string, body?: string): Promise<Response>
}

function bench(more: Partial<WebhookListenerOptions> = {}): Bench {
  const heard: Bench['heard'] = []
  const troubles: string[] = []
  const silent = () => {}
  const listener = createWebhookListener({
    receive: async (name, request) => {
      heard.push({ name, ...request })
      return { status: 200, message: 'Taken in' }
    },
    log: { debug: silent, info: silent, warn: silent, error: silent },
    onTrouble: (port, reason) => void troubles.push(`${port} ${reason}`),
    headersMs: 300,
    requestMs: 600,
    ...more,
  })
  onTestFinished(() => listener.close())
  return {
    listener,
    heard,
    troubles,
    post: (port, path = '/hooks/timing', body = '{}') =>
      fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body }),
  }
}

/** A port somebody else has until the test ends. */
async function takenPort(): Promise<{ readonly port: number; readonly holder: Server }> {
  const holder = createServer().listen(0)
  await once(holder, 'listening')
  onTestFinished(() => void holder.close())
  return { port: (holder.address() as AddressInfo).port, holder }
}

/** A port nobody has at the moment. */
async function freePort(): Promise<number> {
  const { port, holder } = await takenPort()
  holder.close()
  await once(holder, 'close')
  return port
}

const refused = (answer: Promise<unknown>) => expect(answer).rejects.toThrow('fetch failed')

describe('the desktop receiver of webhooks', () => {
  it('is there only while the setting says so, and where it says', async () => {
    const { listener, post, heard } = bench()
    const [first, second] = [await freePort(), await freePort()]
    await listener.apply({ enabled: false, port: first })
    await refused(post(first))
    await listener.apply({ enabled: true, port: first })
    expect((await post(first)).status).toBe(200)
    await listener.apply({ enabled: true, port: second })
    await refused(post(first))
    expect((await post(second)).status).toBe(200)
    await listener.apply({ enabled: false, port: second })
    await refused(post(second))
    expect(heard).toHaveLength(2)
  })

  it('hands on the exact bytes, the headers and the query, and answers in JSON', async () => {
    const { listener, post, heard } = bench()
    const port = await freePort()
    await listener.apply({ enabled: true, port })
    const answer = await post(port, '/hooks/Race%20office?token=a%20b', '{"ü": 1 }')
    expect(await answer.json()).toEqual({ message: 'Taken in' })
    expect(heard[0]).toMatchObject({ name: 'Race office', query: { token: 'a b' } })
    expect(Buffer.from(heard[0]!.body).toString()).toBe('{"ü": 1 }')
    expect(heard[0]!.headers['content-type']).toContain('text/plain')
  })

  it('knows nothing but webhooks', async () => {
    const { listener, heard } = bench()
    const port = await freePort()
    await listener.apply({ enabled: true, port })
    for (const path of ['/', '/rpc/status/get', '/api/status', '/healthz', '/hooks'])
      expect((await fetch(`http://127.0.0.1:${port}${path}`)).status).toBe(404)
    expect(heard).toEqual([])
  })

  it('says that its port is taken, goes on, and listens when another one is chosen', async () => {
    const { listener, post, troubles } = bench()
    const { port } = await takenPort()
    await listener.apply({ enabled: true, port })
    expect(troubles).toEqual([`${port} taken`])
    expect(listener.port).toBeNull()
    const free = await freePort()
    await listener.apply({ enabled: true, port: free })
    expect((await post(free)).status).toBe(200)
    expect(troubles).toHaveLength(1)
  })

  it('follows the last of several quick changes', async () => {
    const { listener, post } = bench()
    const ports = await Promise.all([freePort(), freePort(), freePort()])
    await Promise.all(ports.map((port) => listener.apply({ enabled: true, port })))
    expect(listener.port).toBe(ports[2])
    expect((await post(ports[2])).status).toBe(200)
    await refused(post(ports[0]))
  })

  it('hangs up on an address that is not of this network, before anything is read', async () => {
    const asked: string[] = []
    const mayConnect = (address: string) => {
      asked.push(address)
      return false
    }
    const { listener, post, heard } = bench({ mayConnect })
    const port = await freePort()
    await listener.apply({ enabled: true, port })
    await refused(post(port))
    expect(asked[0]).toMatch(/127\.0\.0\.1$/)
    expect(heard).toEqual([])
  })

  it('cuts off a sender that is too slow', async () => {
    const { listener, heard } = bench()
    const port = await freePort()
    await listener.apply({ enabled: true, port })
    const socket = connectSocket(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.resume()
    socket.write('POST /hooks/timing HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{')
    await once(socket, 'close')
    expect(heard).toEqual([])
  })

  it('does not come back after the end', async () => {
    const { listener, post } = bench()
    const port = await freePort()
    await listener.apply({ enabled: true, port })
    await listener.close()
    await listener.apply({ enabled: true, port })
    await refused(post(port))
  })

  it.each(['en', 'de', 'fr', 'es'])('has words for trouble (%s)', (locale) => {
    const { webhooksTitle, webhooksBody } = desktopWords(locale)
    expect(webhooksTitle).toContain('Webhooks')
    for (const reason of ['taken', 'refused'] as const)
      expect(webhooksBody(4781, reason)).toContain('4781')
  })
})

describe('the network around this computer', () => {
  it.each([
    '127.0.0.1',
    '::1',
    '::ffff:127.0.0.1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.178.20',
    '::ffff:192.168.178.20',
    'fd12:3456::1',
    'fe80::1%eth0',
  ])('%s belongs to it', (address) => {
    expect(isNearAddress(address)).toBe(true)
  })
  it.each([
    '8.8.8.8',
    '172.32.0.1',
    '192.169.0.1',
    '::ffff:8.8.8.8',
    '2001:db8::1',
    '',
    'localhost',
  ])('%j does not', (address) => {
    expect(isNearAddress(address)).toBe(false)
  })
})
