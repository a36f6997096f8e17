/**
 * The code on a printed label: which entry it is for, in digits alone. It says nothing of a person to whoever reads it, a
 * scanner types it the same on every keyboard, and it is short enough for a code of 16 mm.
 *
 * 39 digits are the number of the entry's id (a UUID), 4 tell which bib was printed beside it, 2 check the others.
 */

const idDigits = 39
const bibDigits = 4
const pattern = /^\d{45}$/

/** What a code says. `bibMark` is compared with `bibMark` of a bib. */
export interface ReadEntryCode {
  readonly id: string
  readonly bibMark: string
}

/** 4 digits that are the same for the same bib, and seldom for another one. */
export function bibMark(bib: string | null): string {
  let sum = 7
  for (const letter of bib ?? '') sum = (sum * 1009 + letter.codePointAt(0)!) % 9973
  return String(sum).padStart(bibDigits, '0')
}

/** The code of an entry; null for an id that is no UUID, which nothing can find again. */
export function entryCode(id: string, bib: string | null): string | null {
  if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(id)) return null
  const number = BigInt(`0x${id.replaceAll('-', '')}`)
  const digits = number.toString().padStart(idDigits, '0') + bibMark(bib)
  return digits + check(digits)
}

/** What a scanned text says, null where it is no code of a label. Pure. */
export function readEntryCode(text: string): ReadEntryCode | null {
  const digits = text.trim()
  if (!pattern.test(digits) || check(digits.slice(0, -2)) !== digits.slice(-2)) return null
  const number = BigInt(digits.slice(0, idDigits))
  if (number >= 1n << 128n) return null
  const hex = number.toString(16).padStart(32, '0')
  return {
    id: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    bibMark: digits.slice(idDigits, idDigits + bibDigits),
  }
}

function check(digits: string): string {
  return String(98n - ((BigInt(digits) * 100n) % 97n)).padStart(2, '0')
}
