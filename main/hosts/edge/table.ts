type Cell = string | number | null | undefined

/**
 * Lines of a table for people. Numbers are set to the right with thousands separators, nothing is cut.
 * @param rows values in the order of `columns`; null is shown as a dash
 */
export function table(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const texts = rows.map((row) => columns.map((_name, at) => cellText(row[at])))
  const widths = columns.map((name, at) =>
    Math.max(name.length, ...texts.map((row) => (row[at] ?? '').length)),
  )
  const rightSet = columns.map((_name, at) => rows.some((row) => typeof row[at] === 'number'))
  const line = (cells: readonly string[]) =>
    cells
      .map((text, at) =>
        rightSet[at] ? text.padStart(widths[at] ?? 0) : text.padEnd(widths[at] ?? 0),
      )
      .join('  ')
      .trimEnd()
  return [line(columns.map((name) => name.toUpperCase())), ...texts.map(line)].join('\n')
}

/** A number as people read it: 31,984. */
export function amount(value: number): string {
  return value.toLocaleString('en-US')
}

function cellText(value: Cell): string {
  if (value === null || value === undefined || value === '') return '-'
  if (typeof value === 'number') return amount(value)
  return value.replaceAll(/[\u0000-\u001f\u007f]+/g, ' ')
}
