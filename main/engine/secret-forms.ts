/**
 * Blanks secrets out of text that is logged or shown, in every form in which servers and libraries repeat them. The one
 * list of forms: what an adapter says and what the log file takes both pass here. Pure.
 */

/** Blanking shorter values would make every text unreadable. */
const shortest = 4
/** Likewise for the middle of a base64 text, which is shorter than what it stands for. */
const shortestCore = 5
const blank = '[secret]'

export interface SecretBlanker {
  /** From now on this value never leaves in the clear. Values under four characters are left alone. */
  add(value: string): void
  clean(text: string): string
}

export function secretBlanker(secrets: readonly string[] = []): SecretBlanker {
  const known = new Set<string>()
  // The longest first: one form may be the beginning of another.
  let forms: readonly string[] = []
  let cores: readonly string[] = []
  const add = (value: string): void => {
    if (value.length < shortest || known.has(value)) return
    known.add(value)
    forms = [...new Set([...forms, ...formsOf(value)])].sort((a, b) => b.length - a.length)
    cores = [...new Set([...cores, ...base64Cores(value)])]
  }
  for (const secret of secrets) add(secret)
  return {
    add,
    clean(text) {
      const cleaned = blanked(text)
      const plain = withoutEscapes(cleaned)
      const again = plain === cleaned ? plain : blanked(plain)
      // Where nothing was hidden behind escapes, the text stays as it was written.
      return again === plain ? cleaned : again
    },
  }

  function blanked(text: string): string {
    let cleaned = text
    for (const form of forms) if (cleaned.includes(form)) cleaned = cleaned.replaceAll(form, blank)
    for (const core of cores) cleaned = blankAround(cleaned, core)
    return cleaned
  }
}

/** A value as it may stand in text: as it is, in JSON, HTML, a URL, a form, hex. Base64 is `base64Cores`. */
function formsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value, 'utf8')
  const hex = bytes.toString('hex')
  const everyByte = hex.replace(/../g, '%$&')
  const encoded = [
    encodeURIComponent(value),
    new URLSearchParams([['', value]]).toString().slice(1),
  ].flatMap((text) => [text, text.replace(/%../g, (escape) => escape.toLowerCase())])
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    value.replace(/[&<>"']/g, (sign) => htmlNames[sign] ?? sign),
    ...encoded,
    everyByte,
    everyByte.toUpperCase(),
    hex,
    hex.toUpperCase(),
  ]
}

const htmlNames: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A sign by its number, in HTML or JSON, and a slash as PHP writes it in JSON. */
const escapes = /&#(?<decimal>\d{1,7});|&#x(?<html>[\da-f]{1,6});|\\u(?<json>[\da-f]{4})|\\\//gi

/** The text with such signs as they are meant: any sign may be written so, hence no list of forms could hold them. */
function withoutEscapes(text: string): string {
  return text.replace(escapes, (...match) => {
    const { decimal, html, json } = match.at(-1) as Readonly<Record<string, string | undefined>>
    if (decimal === undefined && html === undefined && json === undefined) return '/'
    const code = decimal === undefined ? Number.parseInt((html ?? json)!, 16) : Number(decimal)
    return code <= 0x10ffff ? String.fromCodePoint(code) : match[0]
  })
}

/**
 * What stands in base64 and base64url wherever the value is a part of what was encoded, as in `user:key` of a sign-in:
 * the signs that depend on the value alone, for each of the three places it can begin at.
 */
function base64Cores(value: string): readonly string[] {
  const bytes = Buffer.from(value, 'utf8')
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64url')
    const from = Math.ceil((before * 8) / 6)
    const to = Math.floor(((before + bytes.length) * 8) / 6)
    const core = text.slice(from, to)
    if (core.length < shortestCore) return []
    return [core, core.replaceAll('-', '+').replaceAll('_', '/')]
  })
}

/** Blanks the whole run of base64 signs a core stands in: what is left of it would tell how the value ends. */
function blankAround(text: string, core: string): string {
  let cleaned = ''
  let rest = 0
  for (let at = text.indexOf(core); at !== -1; at = text.indexOf(core, rest)) {
    let from = at
    let to = at + core.length
    while (from > rest && isBase64(text.charCodeAt(from - 1))) from -= 1
    while (to < text.length && isBase64(text.charCodeAt(to))) to += 1
    while (text[to] === '=') to += 1
    cleaned += text.slice(rest, from) + blank
    rest = to
  }
  return rest === 0 ? text : cleaned + text.slice(rest)
}

/** A letter, a digit, or one of `+ / - _`. */
function isBase64(sign: number): boolean {
  return (
    (sign >= 0x61 && sign <= 0x7a) ||
    (sign >= 0x41 && sign <= 0x5a) ||
    (sign >= 0x30 && sign <= 0x39) ||
    [0x2b, 0x2f, 0x2d, 0x5f].includes(sign)
  )
}
