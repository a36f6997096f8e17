/**
 * The built window (out/renderer) as answers to GET requests, for both hosts: `app://marshal/` in the desktop app
 * and `/` on the edge host. Only files inside the folder are ever served, and every page carries its policy.
 */
import { randomBytes } from 'node:crypto'
import { readFile, realpath, stat } from 'node:fs/promises'
import { extname, join, resolve, sep } from 'node:path'

export interface WindowAnswer {
  readonly status: 200 | 400 | 404
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | string
}

/** Which host serves the page; the page reads it from `<meta name="marshal-host">`. */
export type WindowHost = 'desktop' | 'edge'

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
}

const commonHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const

/**
 * Policy of every page, without `unsafe-*`. Vuetify writes its theme into one style element at run time; it may,
 * because that element carries the nonce of this load (`cspNonce` of its theme options).
 */
export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "media-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "object-src 'none'",
    "frame-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'none'",
  ].join('; ')
}

/** Adds what the page has to know before its first script: the nonce of this load and which host serves it. */
export function dressPage(html: string, nonce: string, host: WindowHost): string {
  const meta = `<meta property="csp-nonce" nonce="${nonce}"><meta name="marshal-host" content="${host}">`
  const withMeta = html.replace(/<head[^>]*>/i, (head) => `${head}${meta}`)
  return withMeta === html ? `${meta}${html}` : withMeta
}

/**
 * The path inside the window's folder that a URL path means, or null when it is not an honest one: escapes
 * (`..` in any spelling), back slashes, NUL and other control characters, drive letters, empty parts.
 *
 * @param urlPath the path of the request as it came, still percent-encoded, without query
 */
export function safeRelativePath(urlPath: string): string | null {
  let decoded: string
  try {
    decoded = decodeURIComponent(urlPath)
  } catch {
    return null
  }
  // A second layer of encoding has no honest use here.
  if (/[\\:%]/.test(decoded) || hasControlCharacter(decoded)) return null
  const parts = decoded.replace(/^\//, '').split('/')
  if (parts.length === 1 && parts[0] === '') return 'index.html'
  if (parts.some((part) => part === '' || part === '.' || part === '..')) return null
  return parts.join('/')
}

function hasControlCharacter(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code < 0x20 || code === 0x7f) return true
  }
  return false
}

/**
 * Answers one GET for a file of the window. Paths that are no file's are the window's own routes and get the page.
 *
 * @param folder the built window, absolute (out/renderer)
 * @param urlPath path of the request, percent-encoded, without query
 */
export async function answerWindowFile(
  folder: string,
  urlPath: string,
  host: WindowHost,
): Promise<WindowAnswer> {
  const relative = safeRelativePath(urlPath)
  if (relative === null) return refuse(400, 'That is not a path of this window.')
  const wanted = isRoute(relative) ? 'index.html' : relative
  const file = await insideFolder(folder, wanted)
  const type = mediaTypes[extname(wanted).toLowerCase()]
  if (file === null || type === undefined)
    return refuse(404, 'There is no such file in this window.')
  if (extname(wanted) !== '.html') {
    return {
      status: 200,
      headers: { ...commonHeaders, 'content-type': type, 'cache-control': cacheRule(wanted) },
      body: await readFile(file),
    }
  }
  const nonce = randomBytes(16).toString('base64')
  return {
    status: 200,
    headers: {
      ...commonHeaders,
      'content-type': type,
      'cache-control': 'no-store',
      'content-security-policy': contentSecurityPolicy(nonce),
    },
    body: dressPage(await readFile(file, 'utf8'), nonce, host),
  }
}

/** The window's own pages have no file; a target's name in a route may contain a dot. */
function isRoute(path: string): boolean {
  return !path.startsWith('assets/') && mediaTypes[extname(path).toLowerCase()] === undefined
}

/** Files under assets/ carry a hash of their content in the name. */
function cacheRule(path: string): string {
  return path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
}

/** Follows links before deciding, so that a link cannot lead out of the folder. */
async function insideFolder(folder: string, relative: string): Promise<string | null> {
  try {
    const root = await realpath(resolve(folder))
    const file = await realpath(join(root, relative))
    return file.startsWith(root + sep) && (await stat(file)).isFile() ? file : null
  } catch {
    return null
  }
}

function refuse(status: 400 | 404, message: string): WindowAnswer {
  return {
    status,
    headers: {
      ...commonHeaders,
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'",
    },
    body: message,
  }
}
