/** One request to the system, and its answer as data: JSON or XML, with refusals that come as 200 told apart. */
import { isRecord } from '../kit/is-record.ts'
import { unreadable, type Effect } from '../kit/answer-error.ts'
import type { EntityBinding } from '../kit/bindings.ts'
import type { Box } from '../kit/box.ts'
import type { ClientRequest, HttpClient } from '../kit/http-client.ts'
import { parseJson } from '../kit/parse-json.ts'
import { SyncError } from '../kit/sync-error.ts'
import { idOf, valueAt, textOf } from './places.ts'
import type { Inside } from './inside.ts'
import type { CollectionSettings } from './settings.ts'

/** A collection during one call. */
export interface Site {
  readonly client: HttpClient
  readonly box: Box
  readonly collection: CollectionSettings
  readonly binding: EntityBinding
  /** Records that stand inside those of the collection. */
  readonly inside: readonly Inside[]
  /** Address of the target without a trailing slash. */
  readonly base: string
  readonly signal: AbortSignal
}

export interface Answer {
  /** Undefined where nothing came. */
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>
}

/** A request as it is said here. `send` is the record, before it is put where it stands in a request. */
export interface Asking extends Pick<ClientRequest, 'method' | 'path' | 'query' | 'missing'> {
  readonly send?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly effect: Effect
  /** Whether an empty answer is as good as any. */
  readonly mayBeEmpty?: boolean
}

/** Throws `SyncError` for everything but an answer that can be read and is no refusal. */
export async function ask(site: Site, asking: Asking): Promise<Answer> {
  const { client, collection, signal } = site
  const { send, headers, mayBeEmpty = false, ...request } = asking
  const isXml = collection.format === 'xml'
  const said = send === undefined ? {} : await bodyOf(site, send)
  const { value: pieces, headers: told } = await client.raw({
    ...{ ...request, ...said.content, signal },
    headers: {
      ...(isXml ? { accept: 'application/xml' } : {}),
      ...fixedHeaders(collection),
      ...said.headers,
      ...headers,
    },
  })
  if (mayBeEmpty && pieces.every((piece) => piece.length === 0))
    return { body: undefined, headers: told }
  const named = `The answer to ${request.method} ${request.path || '/'}`
  const read = await (isXml ? readXml(site, pieces) : parseJson(pieces))
  if (!read.ok) throw unreadable(client.redact(`${named} ${read.reason}.`), request.effect)
  const refused = refusalIn(read.value, collection)
  if (refused !== null) throw new SyncError('rejected', client.redact(refused), { status: 200 })
  return { body: read.value, headers: told }
}

/** Lines of `Name: value`. */
export function fixedHeaders({
  headers,
}: Pick<CollectionSettings, 'headers'>): Readonly<Record<string, string>> {
  const lines = headers.split('\n').flatMap((line) => {
    const [, name, value] = /^\s*([!#$%&'*+.^_`|~\w-]+)\s*:\s*(.*?)\s*$/.exec(line) ?? []
    return name === undefined ? [] : [[name.toLowerCase(), value ?? ''] as const]
  })
  return Object.fromEntries(lines)
}

interface Said {
  readonly content?: Pick<ClientRequest, 'body' | 'text'>
  readonly headers?: Readonly<Record<string, string>>
}

async function bodyOf({ box, collection }: Site, send: unknown): Promise<Said> {
  const names = collection.requestPosition === '' ? [] : collection.requestPosition.split('.')
  const body = names.reduceRight<unknown>((inner, name) => ({ [name]: inner }), send)
  if (collection.format === 'json') return { content: { body } }
  const written = await box.writeXml(collection.xmlRoot, body)
  if (!written.ok)
    throw new SyncError('local', `The record cannot be written as XML: ${written.why}.`)
  return {
    content: { text: written.value },
    headers: { 'content-type': 'application/xml; charset=utf-8' },
  }
}

async function readXml({ box }: Site, pieces: readonly Uint8Array[]) {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces))
  } catch {
    return { ok: false, reason: 'is not UTF-8 text' } as const
  }
  const read = await box.readXml(text)
  return read.ok ? read : ({ ok: false, reason: read.why } as const)
}

/** The words of a refusal that comes with a good status, null where it is none. */
export function refusalIn(
  body: unknown,
  {
    successPosition,
    successValue,
    messagePosition,
  }: Pick<CollectionSettings, 'successPosition' | 'successValue' | 'messagePosition'>,
): string | null {
  if (successPosition === '') return null
  const told = textOf(valueAt(body, successPosition))
  if (isTold(told) && String(told) === successValue) return null
  const places =
    messagePosition === ''
      ? ['error.message', 'message', 'error', 'detail', 'errors.0.message']
      : [messagePosition]
  const words = places
    .map((place) => textOf(valueAt(body, place)))
    .find((one) => typeof one === 'string' && one.trim() !== '')
  if (typeof words === 'string') return words.trim().slice(0, 500)
  const found = isTold(told) ? `"${String(told).slice(0, 60)}"` : 'nothing'
  return `The target refused it: ${successPosition} is ${found}, not "${successValue}".`
}

const isTold = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

/** The one record in an answer about one, null where there is none. */
export function itemIn(
  { collection }: Pick<Site, 'collection'>,
  { body }: Answer,
): Readonly<Record<string, unknown>> | null {
  const item = valueAt(body, collection.itemPosition)
  return isRecord(item) ? item : null
}

/** Id of a record, null where it has none. */
export const idIn = ({ collection }: Pick<Site, 'collection'>, record: unknown): string | null =>
  idOf(valueAt(record, collection.sourceIdField))

/** Path of one record. */
export const itemPath = ({ collection }: Pick<Site, 'collection'>, id: string): string =>
  `${collection.path}/${encodeURIComponent(id)}`
