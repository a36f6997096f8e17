/** XML as such interfaces write it. Written here anew, not with the code under test. */

const escaped: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}
const escape = (text: string) => text.replace(/[&<>"]/g, (sign) => escaped[sign]!)

/** An element: `@` holds attributes, a list repeats the element, an object has children. */
export function element(name: string, value: unknown): string {
  if (Array.isArray(value)) return value.map((one) => element(name, one)).join('')
  if (typeof value !== 'object' || value === null) {
    const text = value === null || value === undefined ? '' : escape(String(value))
    return text === '' ? `<${name}/>` : `<${name}>${text}</${name}>`
  }
  const { '@': attributes = {}, ...children } = value as Record<string, unknown>
  const said = Object.entries(attributes as Record<string, unknown>)
    .map(([key, one]) => ` ${key}="${escape(String(one))}"`)
    .join('')
  const inner = Object.entries(children)
    .map(([key, one]) => element(key, one))
    .join('')
  return inner === '' ? `<${name}${said}/>` : `<${name}${said}>${inner}</${name}>`
}

/** A whole document. */
export const document = (name: string, value: unknown): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${element(name, value)}`

/** The children of the outermost element, where none of them has children; null for anything else. */
export function readFlat(text: string): Record<string, unknown> | null {
  const body = text.replace(/^\s*<\?xml[^>]*\?>\s*/, '').trim()
  if (/^<[\w:.-]+\s*\/>$/.test(body)) return {}
  const [, , inner] = /^<([\w:.-]+)[^>]*>([\s\S]*)<\/\1>$/.exec(body) ?? []
  if (inner === undefined) return null
  const found: Record<string, unknown> = {}
  const rest = inner.replace(
    /<([\w:.-]+)(?:\s*\/>|>([^<]*)<\/\1>)/g,
    (_whole, name: string, value: string | undefined) => {
      found[name] = value === undefined || value === '' ? null : unescape(value)
      return ''
    },
  )
  return rest.trim() === '' ? found : null
}

function unescape(text: string): string {
  return text.replace(/&(lt|gt|quot|apos|amp|#x?[0-9a-fA-F]+);/g, (_whole, name: string) => {
    if (name.startsWith('#x')) return String.fromCodePoint(Number.parseInt(name.slice(2), 16))
    if (name.startsWith('#')) return String.fromCodePoint(Number(name.slice(1)))
    return { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }[name]!
  })
}
