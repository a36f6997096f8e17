/**
 * Hands the window its one line to the engine: a MessagePort. Nothing else of Electron reaches the page.
 *
 * The page listens for `message` events whose `data` is `'marshal:port'`; the port is `event.ports[0]` and speaks
 * main/contract. It comes when the page has loaded. A page that was not listening yet, or lost its line, asks with
 * `window.postMessage('marshal:connect', window.origin)` and gets a fresh port; the earlier one is closed.
 */
import { ipcRenderer } from 'electron'

let connected = false

function connect(): void {
  connected = true
  const { port1, port2 } = new MessageChannel()
  ipcRenderer.postMessage('marshal:port', null, [port1])
  window.postMessage('marshal:port', window.origin, [port2])
}

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  if (event.source === window && event.data === 'marshal:connect') connect()
})
window.addEventListener('load', () => {
  if (!connected) connect()
})
