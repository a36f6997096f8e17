/**
 * Lines of the log as they may leave this computer: when, how bad, what, and facts that are no data of people. A line is
 * made for those who look after Marshal here and may repeat what a server said; so what is not known to be harmless is left
 * out. Pure.
 */

/** Details whose text is one of Marshal's own words, or a name somebody gave a target. */
const harmless: ReadonlySet<string> = new Set([
  ...['target', 'code', 'phase', 'kind', 'entity', 'step', 'reason', 'permission', 'lease'],
  ...['event', 'version', 'problem', 'method', 'file'],
])
const leftOut = '[left out]'
const longest = 200
/** Of a line of a stack: a message that looks like one may be as long as a server likes. */
const longestFrame = 500

/** What is replaced in texts: a folder that names its owner, and what stands in its place. */
export type Hidden = readonly (readonly [text: string, by: string])[]

/** Null for what is no line of the log. */
export function safeLogLine(
  line: string,
  hidden: Hidden,
): Readonly<Record<string, unknown>> | null {
  const read = parsed(line)
  if (read === null) return null
  const { time, level, msg, ...details } = read
  return {
    time: typeof time === 'string' ? time : null,
    level: typeof level === 'number' ? level : null,
    msg: typeof msg === 'string' ? hide(msg, hidden) : null,
    ...Object.fromEntries(
      Object.entries(details).map(([key, value]) => [key, safeValue(key, value, hidden)]),
    ),
  }
}

function safeValue(key: string, value: unknown, hidden: Hidden): unknown {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value
  if (key === 'error') return framesOf(stackOf(value))
  if (typeof value === 'string' && key === 'file') return lastPart(value).slice(0, longest)
  if (typeof value === 'string' && harmless.has(key)) return hide(value, hidden)
  return leftOut
}

function hide(text: string, hidden: Hidden): string {
  return hidden
    .reduce((shown, [from, by]) => (from === '' ? shown : shown.replaceAll(from, by)), text)
    .slice(0, longest)
}

/** The kind of an error and where it came from; its message may repeat anything. */
function framesOf(text: string): readonly string[] {
  const [first = '', ...rest] = text.split('\n')
  const kind = /^[A-Za-z]*(?:Error|Failed|Problem)\b/.exec(first)?.[0] ?? 'error'
  const frames = rest.filter((line) => /^\s+at /.test(line)).slice(0, 12)
  return [kind, ...frames.map((line) => withoutFolders(line.trim().slice(0, longestFrame)))]
}

/** A line of a stack without the folders of its file: they may be called after somebody, with spaces in them. */
function withoutFolders(frame: string): string {
  const [, called, place] = /^at (?:(.*?) \()?(.*:\d+:\d+)\)?$/.exec(frame) ?? []
  if (place === undefined) return isPath(frame) ? `at ${leftOut}` : frame
  const named = called !== undefined && isPath(called) ? leftOut : called
  return named === undefined ? `at ${lastPart(place)}` : `at ${named} (${lastPart(place)})`
}

const isPath = (text: string) => /[\\/]/.test(text)
const lastPart = (path: string) => path.replace(/^.*[\\/]/s, '')

function stackOf(error: unknown): string {
  if (typeof error === 'string') return error
  const stack = (error as { readonly stack?: unknown } | null)?.stack
  return typeof stack === 'string' ? stack : ''
}

function parsed(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const read: unknown = JSON.parse(line)
    return typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : null
  } catch {
    return null
  }
}
