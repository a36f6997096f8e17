/** The server's own words about why it refused, out of the shapes servers use for that. */
import { isRecord } from './is-record.ts'

const longest = 500

/**
 * A sentence for a person, null when the answer says nothing readable. Understands problem+json (RFC 9457) with
 * `fieldErrors`, and the usual `message`, `error`, `detail`, `errors` in their shapes. Web pages are no message.
 * @param redact takes secrets out; before the sentence is cut, because half a secret is no longer recognised
 */
export function serverMessage(
  bytes: Uint8Array,
  contentType: string,
  redact: (text: string) => string = (text) => text,
): string | null {
  const text = new TextDecoder().decode(bytes.subarray(0, 64 * 1024)).trim()
  if (text === '' || /html|xml/i.test(contentType) || text.startsWith('<')) return null
  const parsed = tryParse(text)
  if (parsed === undefined) return /json/i.test(contentType) ? null : oneLine(redact(text))
  const words = isRecord(parsed) ? fromRecord(parsed) : fromValue(parsed)
  return words === '' ? null : oneLine(redact(words))
}

function fromRecord(body: Readonly<Record<string, unknown>>): string {
  const main = firstText(
    body['detail'],
    body['error_description'],
    nested(body['error']),
    body['message'],
    body['error'],
    body['title'],
    body['reason'],
    body['description'],
  )
  const details = [fieldErrors(body['fieldErrors']), fieldErrors(body['errors'])].filter(
    (part) => part !== '' && part !== main,
  )
  return [main, ...details].filter((part) => part !== '').join(' ')
}

function nested(value: unknown): unknown {
  return isRecord(value) ? firstText(value['message'], value['detail'], value['title']) : undefined
}

/** `[{field, message}]`, `["…"]`, `{field: ["…"]}` as "field: message; field: message". */
function fieldErrors(value: unknown): string {
  if (Array.isArray(value)) return value.map(fieldError).filter(Boolean).slice(0, 10).join('; ')
  if (!isRecord(value)) return ''
  return Object.entries(value)
    .map(([field, reasons]) => `${field}: ${fromValue(reasons)}`)
    .slice(0, 10)
    .join('; ')
}

function fieldError(value: unknown): string {
  if (!isRecord(value)) return fromValue(value)
  const field = firstText(value['field'], value['attribute'], value['path'], value['property'])
  const words = firstText(value['message'], value['detail'], value['title'], value['code'])
  return field === '' ? words : `${field}: ${words}`
}

function fromValue(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return value.map(fieldError).filter(Boolean).slice(0, 10).join('; ')
  return ''
}

function firstText(...values: readonly unknown[]): string {
  const found = values.find((value) => typeof value === 'string' && value.trim() !== '')
  return typeof found === 'string' ? found : ''
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim()
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line
}
