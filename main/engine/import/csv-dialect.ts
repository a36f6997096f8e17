/** How one CSV file is written: what separates its cells. Pure. */

const delimiters = [',', ';', '\t', '|'] as const
export type Delimiter = (typeof delimiters)[number]

/** The separator of a header line: the one that stands outside quotes most often; a comma when there is none. */
export function detectDelimiter(header: string): Delimiter {
  const outside = header.replace(/"[^"]*"/g, '')
  let best: Delimiter = ','
  let most = 0
  for (const delimiter of delimiters) {
    const count = outside.split(delimiter).length - 1
    if (count > most) {
      best = delimiter
      most = count
    }
  }
  return best
}

/** Excel's own first line, `sep=;`, which is no header. */
export function separatorLine(line: string): string | null {
  return /^sep=(.)\s*$/i.exec(line)?.[1] ?? null
}
