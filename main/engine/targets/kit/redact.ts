/** Blanks secrets out of text that is logged or shown: servers like to repeat what they were sent. */

const shortest = 4
const blank = '[secret]'

/**
 * Makes a function that replaces each secret, in the clear, as a part of a URL and in base64, by `[secret]`.
 * Values under four characters are left alone: blanking them would make every text unreadable.
 */
export function secretRedactor(secrets: readonly string[]): (text: string) => string {
  const forms = new Set<string>()
  for (const secret of secrets) {
    if (secret.length < shortest) continue
    forms.add(secret)
    for (const encoded of [encodeURIComponent(secret), formEncoded(secret)]) {
      forms.add(encoded)
      forms.add(encoded.replace(/%../g, (escape) => escape.toLowerCase()))
    }
    forms.add(JSON.stringify(secret).slice(1, -1))
    forms.add(Buffer.from(secret, 'utf8').toString('base64'))
  }
  // The longest first: one form may be the beginning of another.
  const longestFirst = [...forms].sort((a, b) => b.length - a.length)
  return (text) => longestFirst.reduce((rest, form) => rest.replaceAll(form, blank), text)
}

/** As in a form or a query: a space is a plus, and more than `encodeURIComponent` does is escaped. */
function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1)
}
