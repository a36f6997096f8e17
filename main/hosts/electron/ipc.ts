/** The window's line to the engine: main/contract over one MessagePort. */
import { onError } from '@orpc/server'
import { RPCHandler } from '@orpc/server/message-port'
import { ipcMain, type MessageEvent, type MessagePortMain, type WebContents } from 'electron'
import type { EngineRouter } from '../../engine/engine.ts'
import type { Log } from '../../engine/ports.ts'
import { largestMessage, messageSize, tooLargeAnswer } from './message-limit.ts'
import { senderProblem } from './sender.ts'

/** There is one; what it is locked to holds over a restart. */
const theWindow = 'window'

/**
 * Serves the contract to whoever `ours` says is the window at the time. The sender is checked once, when its port
 * arrives; from then on the port itself is the proof. A new port (after a reload) ends the earlier one.
 * Returns the function that ends the line for good.
 */
export function serveContract(
  router: EngineRouter,
  ours: () => WebContents | null,
  log: Log,
): () => void {
  const handler = new RPCHandler(router, {
    interceptors: [onError((error) => log.debug('A request of the window failed', { error }))],
  })
  let endCurrent = (): void => undefined
  ipcMain.on('marshal:port', (event) => {
    const [port, ...more] = event.ports
    const window = ours()
    const problem = window === null ? 'other-window' : senderProblem(event, window)
    if (problem !== null || port === undefined || more.length > 0) {
      log.warn('Somebody asked for a line to the engine and got none', { problem })
      for (const refused of event.ports) refused.close()
      return
    }
    endCurrent()
    const line = boundedLine(port, log)
    endCurrent = line.end
    handler.upgrade(line, { context: { browser: theWindow } })
    port.start()
  })
  return () => {
    ipcMain.removeAllListeners('marshal:port')
    endCurrent()
  }
}

/** The port as oRPC sees it. A message beyond the limit is answered unread. */
function boundedLine(port: MessagePortMain, log: Log) {
  const closeListeners: (() => void)[] = []
  // Electron tells only the other side when we close; what the window was following must end here too.
  const ended = () => closeListeners.splice(0).forEach((listener) => listener())
  port.on('close', ended)
  return {
    end: () => {
      port.close()
      ended()
    },
    postMessage: (message: unknown) => port.postMessage(message),
    on: (name: string, listener: (event?: { data: unknown }) => void): void => {
      if (name === 'close') closeListeners.push(() => listener())
      if (name !== 'message') return
      port.on('message', (event: MessageEvent) => {
        const size = messageSize(event.data)
        if (size !== null && size <= largestMessage) return listener({ data: event.data })
        log.warn('The window sent a message that is too large or of an unknown kind', { size })
        const answer = tooLargeAnswer(event.data)
        if (answer !== null) port.postMessage(answer)
      })
    },
  }
}
