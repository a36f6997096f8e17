/** Reading pages of documentation: their sections, and what their tables name. Pure. */

/** The text below a heading, up to the next heading of its level or above; `''` without it. */
export function sectionOf(page: string, heading: string): string {
  const lines = page.split('\n')
  const start = lines.indexOf(heading)
  if (start === -1) return ''
  const level = /^#+/.exec(heading)?.[0].length ?? 0
  const rest = lines.slice(start + 1)
  const end = rest.findIndex((line) => {
    const marks = /^(#+) /.exec(line)?.[1]
    return marks !== undefined && marks.length <= level
  })
  return rest.slice(0, end === -1 ? undefined : end).join('\n')
}

/** What the rows of tables are about: the first word of code in their first cell. */
export function termsOf(section: string): readonly string[] {
  return [...section.matchAll(/^\| `([^`\s]+)/gm)].map(([, term]) => term ?? '')
}
