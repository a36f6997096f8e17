/** What a hub hands out for one more desk: its address, how its certificate is known, and a code that is good once. */

export interface ReadInvitation {
  /** Origin of the hub; null where there is no address of one. */
  readonly url: string | null
  /** SHA-256 of the certificate, 64 hexadecimal digits; null where it is not told. */
  readonly fingerprint: string | null
  readonly code: string | null
}

/** Everything a desk needs as one line without spaces, to be copied or scanned. @param url as a hub tells it, with `#` and fingerprint */
export function invitationLine(url: string, code: string): string {
  return `${url}.${code.replaceAll('-', '')}`
}

/** Reads such a line, or a text with address and code in it, as the command prints it. Pure. */
export function readInvitation(text: string): ReadInvitation {
  const [written = ''] = /https:\/\/[^\s'"<>]+/i.exec(text) ?? []
  const url = URL.parse(written)
  const [mark = '', inLine] = (url?.hash.slice(1) ?? '').split('.', 2)
  const apart = /(?<![\w.-])[a-z0-9]{5}-[a-z0-9]{5}(?![\w.-])/i.exec(
    text.replace(written, ' '),
  )?.[0]
  return {
    url: url === null ? null : url.origin,
    fingerprint: readFingerprint(mark),
    code: inLine || apart || null,
  }
}

/** A fingerprint however it is written; null for what is none. */
export function readFingerprint(text: string): string | null {
  const digits = text.replaceAll(':', '').trim().toLowerCase()
  return /^[0-9a-f]{64}$/.test(digits) ? digits : null
}
