/** One name there, two here. Pure. */

export interface Names {
  readonly firstName: string | null
  readonly lastName: string | null
}

/** The name a contact is shown by. */
export function fullName({ firstName, lastName }: Names): string {
  return [firstName, lastName].filter(Boolean).join(' ')
}

/**
 * The two names of a contact: those that were sent along, as long as they make up its name. Where it was written anew there,
 * the one of them that is still in it tells where the other begins; else the last word is the last name. Null for no name.
 */
export function namesOf(name: string, sent: Names): Names | null {
  const whole = name.normalize('NFC').replace(/\s+/gu, ' ').trim()
  if (whole === '') return null
  if (whole === fullName(sent)) return sent
  const { firstName, lastName } = sent
  if (firstName && whole.startsWith(`${firstName} `))
    return { firstName, lastName: whole.slice(firstName.length + 1) }
  if (lastName && whole.endsWith(` ${lastName}`))
    return { firstName: whole.slice(0, -lastName.length - 1), lastName }
  const at = whole.lastIndexOf(' ')
  return at === -1
    ? { firstName: null, lastName: whole }
    : { firstName: whole.slice(0, at), lastName: whole.slice(at + 1) }
}
