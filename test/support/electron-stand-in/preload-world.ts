/**
 * Source of the script that runs in an isolated world of each document: Electron's renderer-side modules as far as
 * Marshal's preload uses them, then the preload bundle itself.
 */

export const worldName = 'Electron Isolated Context'
export const bindingName = '__standInSend'
export const receiverName = '__standInReceive'

/** @param inSubFrames Electron runs a preload only in the top frame; a test of the sender check wants it elsewhere too */
export function preloadScript(preload: string, inSubFrames: boolean): string {
  return `(() => {
    if (window !== window.top && !${inSubFrames}) return
    const send = (message) =>
      globalThis.${bindingName}(JSON.stringify({ href: location.href, ...message }))
    const ports = new Map()
    const toBase64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
    const carry = (data) => typeof data === 'string' ? { text: data }
      : data instanceof ArrayBuffer ? { base64: toBase64(new Uint8Array(data)) }
      : ArrayBuffer.isView(data)
        ? { base64: toBase64(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)) }
      : { text: JSON.stringify(data) }
    const adopt = (port) => {
      const id = crypto.randomUUID ? crypto.randomUUID() : String(Math.random())
      ports.set(id, port)
      port.onmessage = (event) => send({ kind: 'data', port: id, data: carry(event.data) })
      port.addEventListener('close', () => send({ kind: 'close', port: id }))
      return id
    }
    globalThis.${receiverName} = ({ port, data }) => {
      const end = ports.get(port)
      if (end === undefined) return
      if (data === null) { ports.delete(port); end.close() }
      else end.postMessage('text' in data ? data.text : fromBase64(data.base64).buffer)
    }
    const electron = {
      ipcRenderer: {
        postMessage: (channel, message, transfer = []) =>
          send({ kind: 'message', channel, message, ports: transfer.map(adopt) }),
      },
    }
    const require = (name) => {
      if (name !== 'electron') throw new Error('a sandboxed preload cannot require ' + name)
      return electron
    }
    const module = { exports: {} }
    ;((module, exports, require) => {\n${preload}\n})(module, module.exports, require)
  })()`
}
