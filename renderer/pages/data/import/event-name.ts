/** The name of an event as the name of a file tells it. Pure. */

/** Words that say what a file is, not which event it belongs to; in the languages of the window. */
const fileWords =
  /(?<![\p{L}\p{N}])(start[ ]?lists?|start[ ]?listen?|entries|entry|entrants?|late|participants?|registrations?|exports?|list|lists|liste|data|final|new|copy|teilnehmer(?:liste)?|anmeldungen|meldeliste|nachmelder|nachmeldungen|kopie|neu|again|pasted|eingefügte)(?![\p{L}\p{N}])/giu

/** What is left of the name without what such files are called, dates of the export and numbers of copies. */
export function eventFromFile(fileName: string): string {
  const words = fileName
    .replace(/\.[a-z0-9]{1,5}$/i, '')
    .replace(/[_+]+/g, ' ')
    .replace(/\(\d+\)/g, ' ')
    .replace(/\d{4}-\d{2}-\d{2}([ T_-]?\d{2}[-:.]?\d{2}([-:.]?\d{2})?)?/g, ' ')
    .replace(fileWords, ' ')
    .replace(/\s+-+(?=\s|$)|(?<=^|\s)-+\s+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^[-–,.]+|[-–,.]+$/g, '')
    .trim()
  return (words.match(/\p{L}/gu)?.length ?? 0) >= 3 ? words : ''
}

const plain = (name: string) =>
  name
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase()

/** The event a file is most likely for: one that is here and called like it, else the newest, else a new one. */
export function likelyEvent(fileName: string, known: readonly string[]): string {
  const named = eventFromFile(fileName)
  return known.find((name) => plain(name) === plain(named)) ?? known[0] ?? named
}
