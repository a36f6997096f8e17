/** Searching without regard to case, also for letters beyond ASCII, which SQLite's own `lower` leaves as they are. */

/** A pattern for `GLOB`: anything that has this text in it, each letter in either case. Pure. */
export function anyCasePattern(text: string): string {
  return `*${[...text].map(inAnyCase).join('')}*`
}

function inAnyCase(letter: string): string {
  if ('*?['.includes(letter)) return `[${letter}]`
  // Some letters have no single one of the other case, such as ß.
  const forms = new Set([letter, letter.toLowerCase(), letter.toUpperCase()])
  const single = [...forms].filter((form) => [...form].length === 1)
  return single.length > 1 ? `[${single.join('')}]` : letter
}
