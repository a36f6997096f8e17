/** `app://marshal/`: the built window. Not `file://`, whose pages may read every file of the user. */
import { protocol } from 'electron'
import { answerWindowFile } from '../window-files.ts'
import { appScheme, isOurs } from './origin.ts'

/** Must run before Electron is ready. */
export function declareAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/** @param folder the built window, absolute (out/renderer) */
export function serveAppScheme(folder: string): void {
  protocol.handle(appScheme, (request) => answerAppRequest(folder, request))
}

/** Answers one request of the window; anything but GET or HEAD of its own address is refused. */
export async function answerAppRequest(folder: string, request: Request): Promise<Response> {
  if (!isOurs(request.url)) return new Response('Not this window.', { status: 404 })
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return new Response('Only reading is possible here.', { status: 405 })
  }
  const answer = await answerWindowFile(folder, rawPath(request.url), 'desktop')
  const body = request.method === 'HEAD' ? null : new Uint8Array(Buffer.from(answer.body))
  return new Response(body, { status: answer.status, headers: { ...answer.headers } })
}

/** The path as it was sent: `URL` would tidy `..` away before anybody could refuse it. */
function rawPath(url: string): string {
  const afterScheme = url.slice(url.indexOf('://') + 3)
  const path = afterScheme.slice(afterScheme.search(/[/?#]|$/))
  return path.replace(/[?#].*$/s, '') || '/'
}
