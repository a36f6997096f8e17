/** Figures as people read them, and Markdown tables of them. */

/** Milliseconds, seconds from ten seconds on. */
export function ms(value: number): string {
  if (Number.isNaN(value)) return '–'
  if (value >= 10_000) return `${(value / 1000).toFixed(1)} s`
  return `${value < 20 ? value.toFixed(1) : Math.round(value)} ms`
}

export const mb = (value: number) => (Number.isNaN(value) ? '–' : `${Math.round(value)} MB`)
export const times = (value: number) => (Number.isNaN(value) ? '–' : `${value.toFixed(2)} ×`)

/** A Markdown table. */
export function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [row(head), `|${head.map(() => '---').join('|')}|`, ...lines.map(row)].join('\n')
}
