/** One report of a file that was imported, and of its corrected rows that were imported after it. Pure. */
import type { ImportReport } from '../../../../main/contract/imports.ts'

type Line = { readonly line: number }

/** @param lines the corrected ones: of them only the second report counts */
export function mergeReports(
  first: ImportReport,
  second: ImportReport,
  lines: ReadonlySet<number>,
): ImportReport {
  const others = <Item extends Line>(items: readonly Item[]) =>
    items.filter(({ line }) => !lines.has(line))
  const both = <Item extends Line>(a: readonly Item[], b: readonly Item[]): Item[] =>
    [...others(a), ...b].toSorted((one, other) => one.line - other.line)
  // Who was taken the first time stays what they were then: somebody new whose e-mail was corrected is new.
  const stays = new Set(
    first.people
      .filter(({ line, outcome }) => lines.has(line) && outcome !== 'refused')
      .map(({ line }) => line),
  )
  const gone = first.people.filter(({ line, outcome }) => lines.has(line) && outcome === 'refused')
  const come = second.people.filter(({ line }) => !stays.has(line))
  const count = (people: ImportReport['people'], outcome: string) =>
    people.filter((one) => one.outcome === outcome).length
  const totals = Object.fromEntries(
    Object.entries(first.totals).map(([outcome, listed]) => [
      outcome,
      listed - count(gone, outcome) + count(come, outcome),
    ]),
  ) as ImportReport['totals']
  const isNew = new Set(
    first.people.filter(({ outcome }) => outcome === 'new').map(({ line }) => line),
  )
  const changes = second.changes.filter(({ line }) => !isNew.has(line))
  return {
    ...first,
    created: sum(first.created, second.created),
    updated: sum(first.updated, second.updated),
    bad: both(first.bad, second.bad),
    asked: both(first.asked, second.asked),
    possible: both(first.possible, second.possible),
    changes: [...first.changes, ...changes],
    changedFields: first.changedFields + changes.length,
    people: [...first.people.filter((one) => !gone.includes(one)), ...come].toSorted(
      (one, other) => one.line - other.line,
    ),
    totals,
    toCorrect: {
      columns: first.toCorrect.columns,
      rows: both(first.toCorrect.rows, second.toCorrect.rows),
    },
  }
}

function sum(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Record<string, number> {
  const names = new Set([...Object.keys(a), ...Object.keys(b)])
  return Object.fromEntries([...names].map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)]))
}
