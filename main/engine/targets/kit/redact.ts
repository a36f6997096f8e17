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
    forms.add(encodeURIComponent(secret))
    forms.add(JSON.stringify(secret).slice(1, -1))
    forms.add(Buffer.from(secret, 'utf8').toString('base64'))
  }
  const longestFirst = [...forms].sort((a, b) => b.length - a.length)
  return (text) => longestFirst.reduce((rest, form) => rest.replaceAll(form, blank), text)
}
