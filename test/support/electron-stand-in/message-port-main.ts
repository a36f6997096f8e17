/** The main process's end of a port whose other end lives in a page. */
import { EventEmitter } from 'node:events'

export type Carried = { readonly text: string } | { readonly base64: string }

export interface PagePort {
  readonly post: (message: Carried) => void
  readonly close: () => void
}

export class MessagePortMain extends EventEmitter {
  readonly #page: PagePort
  #waiting: unknown[] | null = []
  #closed = false

  constructor(page: PagePort) {
    super()
    this.#page = page
  }

  /** As in Electron, nothing is delivered before. */
  start(): void {
    const waiting = this.#waiting ?? []
    this.#waiting = null
    for (const data of waiting) this.emit('message', { data, ports: [] })
  }

  postMessage(message: unknown): void {
    if (!this.#closed) this.#page.post(carry(message))
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#page.close()
  }

  /** The page sent something. */
  receive(message: Carried): void {
    if (this.#closed) return
    const data = 'text' in message ? message.text : Buffer.from(message.base64, 'base64')
    if (this.#waiting === null) this.emit('message', { data, ports: [] })
    else this.#waiting.push(data)
  }

  /** The page closed its end, or went away. */
  gone(): void {
    if (this.#closed) return
    this.#closed = true
    this.emit('close')
  }
}

function carry(message: unknown): Carried {
  if (typeof message === 'string') return { text: message }
  if (message instanceof ArrayBuffer) return { base64: Buffer.from(message).toString('base64') }
  if (ArrayBuffer.isView(message)) {
    const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength)
    return { base64: bytes.toString('base64') }
  }
  throw new Error('the stand-in carries only text and bytes over a port')
}
