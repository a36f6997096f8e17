/** An import's report for people: whom it speaks of first, the first few of everything, and where the rest is. */
import type { ImportReport } from '../../../contract/imports.ts'
import { hiddenValue, type IsSensitive } from '../sensitive-fields.ts'
import { amount, table } from '../table.ts'

type Cells = readonly (string | number | null)[]

/** Of each kind so many are listed; a terminal is no place for a thousand. */
const listed = 20

export interface ToldImport {
  readonly rehearsed: boolean
  readonly isSensitive: IsSensitive
}

export function importLines(report: ImportReport, { rehearsed, isSensitive }: ToldImport): string {
  const { people, totals } = report
  const named = (outcome: (typeof people)[number]['outcome'], title: string) =>
    section(title, {
      columns: ['line', 'bib', 'name'],
      rows: people
        .filter((one) => one.outcome === outcome)
        .map(({ line, bib, display }) => [line, bib, display]),
      total: totals[outcome],
    })
  const hidden = (change: ImportReport['changes'][number], value: string | null) =>
    value !== null && isSensitive(change.entity, change.name) ? hiddenValue : value
  return [
    title(report, rehearsed),
    counts(report),
    section('Taken for granted', {
      columns: ['what', 'taken as', 'because'],
      rows: report.guesses.map(({ what, value, why }) => [what, value, why]),
      total: report.guesses.length,
    }),
    named('new', rehearsed ? 'Would be new' : 'New'),
    section(rehearsed ? 'Would be changed' : 'Changed', {
      columns: ['line', 'name', 'field', 'before', 'after'],
      rows: report.changes.map((change) => [
        change.line,
        change.display,
        change.field,
        hidden(change, change.before),
        hidden(change, change.after),
      ]),
      total: report.changedFields,
    }),
    named('moved', 'Moved to another race or start group'),
    section('Perhaps here already; taken as somebody new', {
      columns: ['line', 'name', 'may be', 'why'],
      rows: report.possible.map(({ line, display, candidate, why }) => [
        line,
        display,
        candidate,
        why,
      ]),
      total: Math.max(totals.possible, report.possible.length),
    }),
    section('Not taken', {
      columns: ['line', 'column', 'value', 'reason', 'left out', 'what to do'],
      rows: report.bad.map(({ line, column, value, reason, kept, fix }) => [
        line,
        column,
        value ?? '',
        reason,
        kept ? 'the cell' : 'the row',
        fix ?? '',
      ]),
      total: report.bad.length,
    }),
    section('Taken, and worth a look', {
      columns: ['line', 'column', 'value', 'taken; correct it if it is not so'],
      rows: report.asked.map(({ line, column, value, reason }) => [
        line,
        column,
        value ?? '',
        reason,
      ]),
      total: report.asked.length,
    }),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function title({ rows, unchanged, bad }: ImportReport, rehearsed: boolean): string {
  const cells = bad.filter(({ kept }) => kept).length
  const lines = new Set(bad.filter(({ kept }) => !kept).map(({ line }) => line)).size
  return (
    `${amount(rows)} rows ${rehearsed ? 'rehearsed, nothing was changed' : 'read'}, ` +
    `${amount(unchanged)} unchanged, ${amount(lines)} bad` +
    (cells > 0 ? `, ${amount(cells)} single cells left out.` : '.')
  )
}

function counts({ created, updated }: ImportReport): string {
  const entities = [...new Set([...Object.keys(created), ...Object.keys(updated)])]
  if (entities.length === 0) return ''
  return table(
    ['', 'created', 'updated'],
    entities.map((name) => [name, created[name] ?? 0, updated[name] ?? 0]),
  )
}

function section(
  heading: string,
  list: {
    readonly columns: readonly string[]
    readonly rows: readonly Cells[]
    readonly total: number
  },
): string {
  if (list.total === 0) return ''
  const shown = list.rows.slice(0, listed)
  const left = list.total - shown.length
  return [
    `${heading} (${amount(list.total)})`,
    table(list.columns, shown),
    ...(left > 0 ? [`and ${amount(left)} more; --json lists them`] : []),
  ].join('\n')
}
