/** How large one message of the window may be, and what it hears when it is larger. */

/** Characters or bytes. The largest honest message is a piece of an imported file (700,000 characters). */
export const largestMessage = 4_000_000

/** Null for anything that is neither text nor bytes: oRPC sends nothing else. */
export function messageSize(message: unknown): number | null {
  if (typeof message === 'string') return message.length
  if (message instanceof ArrayBuffer || ArrayBuffer.isView(message)) return message.byteLength
  return null
}

/**
 * The refusal of a message that was not read, in oRPC's wire form (@orpc/standard-server-peer, "encodeResponseMessage"),
 * so that the request fails instead of waiting for ever. Null when the message does not start like a request.
 */
export function tooLargeAnswer(message: unknown): string | null {
  const id = /^\{"i":("[\w-]{1,64}"|\d{1,15})[,}]/.exec(beginning(message))?.[1]
  if (id === undefined) return null
  const error = {
    defined: false,
    code: 'PAYLOAD_TOO_LARGE',
    status: 413,
    message: `A request of the window was larger than ${largestMessage} characters.`,
  }
  return `{"i":${id},"p":${JSON.stringify({ s: 413, b: { json: error } })}}`
}

function beginning(message: unknown): string {
  if (typeof message === 'string') return message.slice(0, 100)
  if (message instanceof ArrayBuffer) return Buffer.from(message.slice(0, 100)).toString()
  if (!ArrayBuffer.isView(message)) return ''
  const length = Math.min(100, message.byteLength)
  return Buffer.from(message.buffer, message.byteOffset, length).toString()
}
