/** Which parts of a text the words of a search match, the way the search index does: word starts, no accents, any case. */
export interface TextPart {
  readonly text: string
  readonly matched: boolean
}

/** One character without accent and case; stays one character, so that positions stay right. */
function fold(character: string): string {
  return (character.normalize('NFD')[0] ?? character).toLowerCase()
}

/** Cuts `text` into matched and other parts. Pure; the parts joined give `text` again. */
export function splitMatches(text: string, query: string): readonly TextPart[] {
  const characters = [...text]
  const folded = characters.map(fold)
  const words = query
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map((word) => [...word].map(fold).join(''))
  const marked = characters.map(() => false)
  for (const word of words) {
    for (let start = 0; start + word.length <= folded.length; start += 1) {
      const atWordStart = start === 0 || !/[\p{L}\p{N}]/u.test(folded[start - 1] ?? '')
      if (!atWordStart || folded.slice(start, start + word.length).join('') !== word) continue
      marked.fill(true, start, start + word.length)
    }
  }
  const parts: { text: string; matched: boolean }[] = []
  characters.forEach((character, index) => {
    const matched = marked[index] ?? false
    const last = parts.at(-1)
    if (last?.matched === matched) last.text += character
    else parts.push({ text: character, matched })
  })
  return parts
}
