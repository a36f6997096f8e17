/** What an import tells: counts, whom it speaks of, what was changed, guessed, left open and refused. */
import type {
  BadRow,
  ImportChange,
  ImportedPerson,
  ImportGuess,
  ImportReport,
  PossibleMatch,
  RowOutcome,
  RowToCorrect,
} from '../../contract/imports.ts'
import type { EntityName } from '../../contract/words.ts'
import { findField } from '../model/entities.ts'
import type { Row, RowName } from './page-import.ts'
import type { RawRow } from './raw-page.ts'
import { shownValue, type RefNames } from './ref-names.ts'
import type { RowResult } from './row-outcomes.ts'

/** Nobody reads on beyond this; the totals tell the rest. */
export const mostTold = 1_000

type Counts = Partial<Record<EntityName, number>>

/** Takes rows to correct as they come, whatever their number. */
export type ToCorrect = (columns: readonly string[], row: RowToCorrect) => void

/** Rows of one page as they stood in the file. */
export interface PageRows {
  readonly columns: readonly string[]
  readonly raw: ReadonlyMap<number, RawRow>
  /** Whom a line speaks of, as far as the line can be read. */
  readonly named: (line: number) => RowName
}

/** The one place where every part of an import leaves what it has to tell. */
export class ReportBuilder {
  /** Rows done. */
  done = 0
  readonly #entity: string
  readonly #toCorrectToo: ToCorrect
  readonly #created: Counts = {}
  readonly #updated: Counts = {}
  readonly #bad: BadRow[] = []
  readonly #asked: BadRow[] = []
  readonly #possible: PossibleMatch[] = []
  readonly #changes: ImportChange[] = []
  readonly #guesses = new Map<string, ImportGuess>()
  readonly #people: ImportedPerson[] = []
  readonly #toCorrect: RowToCorrect[] = []
  readonly #totals: Record<RowOutcome, number> = {
    new: 0,
    changed: 0,
    moved: 0,
    possible: 0,
    refused: 0,
    same: 0,
  }
  #changedFields = 0
  #columns: readonly string[] = []
  #ignored: readonly string[] = []

  constructor(entity: string, toCorrect: ToCorrect = () => {}) {
    this.#entity = entity
    this.#toCorrectToo = toCorrect
  }

  /** @param touched kinds that are counted even where nothing of them changes */
  columns(
    columns: readonly string[],
    ignored: readonly string[],
    touched: readonly EntityName[],
  ): void {
    this.#columns = columns
    this.#ignored = ignored
    for (const entity of touched) {
      this.#created[entity] ??= 0
      this.#updated[entity] ??= 0
    }
  }

  rows(count: number): void {
    this.done += count
  }

  /** Something the file does not say. The same guess is told once. */
  guess(guess: ImportGuess): void {
    const key = JSON.stringify([guess.what, guess.value])
    if (this.#guesses.size < mostTold && !this.#guesses.has(key)) this.#guesses.set(key, guess)
  }

  get tellsChanges(): boolean {
    return this.#changes.length < mostTold
  }

  /** Rows that are in, or said nothing new. */
  taken(
    rows: readonly RowResult[],
    names: RefNames,
    { page, possible }: { readonly page: PageRows; readonly possible: readonly PossibleMatch[] },
  ): void {
    const open = new Set(possible.map(({ line }) => line))
    this.#possible.push(...possible.slice(0, mostTold - this.#possible.length))
    for (const { row, outcome, diffs } of rows) {
      const name = page.named(row.line)
      const told = outcome !== 'same' && open.has(row.line) ? 'possible' : outcome
      this.#person(row.line, name, told)
      this.#changedFields += diffs.length
      for (const diff of diffs.slice(0, mostTold - this.#changes.length)) {
        const field = findField(diff.entity, diff.name)
        this.#changes.push({
          line: row.line,
          display: name.display,
          entity: diff.entity,
          name: diff.name,
          field: field?.label ?? diff.name,
          before: shownValue(diff.before, names),
          after: shownValue(diff.after, names),
        })
      }
    }
  }

  /** Everything wrong with the rows of a page, whether it cost the row or a single cell (`kept`). */
  bad(found: readonly BadRow[], page: PageRows): void {
    for (const [line, problems] of Map.groupBy(found, (one) => one.line)) {
      const cells = page.raw.get(line)?.cells.map((cell) => String(cell ?? '')) ?? []
      for (const problem of problems) this.#bad.push(withValue(problem, page.columns, cells))
      const row = { line, cells, reason: problems.map(({ reason }) => reason).join(' ') }
      this.#toCorrectToo(page.columns, row)
      if (this.#toCorrect.length < mostTold) this.#toCorrect.push(row)
      if (problems.some(({ kept }) => !kept)) this.#person(line, page.named(line), 'refused')
    }
  }

  /** Cells that were taken and that a person should look at. */
  asked(rows: readonly Row[]): void {
    for (const { asked = [] } of rows) if (this.#asked.length < mostTold) this.#asked.push(...asked)
  }

  count(created: ReadonlyMap<EntityName, number>, updated: ReadonlyMap<EntityName, number>): void {
    for (const [entity, count] of created)
      this.#created[entity] = (this.#created[entity] ?? 0) + count
    for (const [entity, count] of updated)
      this.#updated[entity] = (this.#updated[entity] ?? 0) + count
  }

  #person(line: number, { display, bib }: RowName, outcome: RowOutcome): void {
    this.#totals[outcome] += 1
    if (outcome !== 'same' && this.#totals[outcome] <= mostTold)
      this.#people.push({ line, display, bib, outcome })
  }

  /** @param importId see `ImportReport` */
  finish(importId: string | null): ImportReport {
    const byLine = <Item extends { readonly line: number }>(items: readonly Item[]): Item[] =>
      items.toSorted((a, b) => a.line - b.line)
    return {
      importId,
      entity: this.#entity,
      rows: this.done,
      created: { ...this.#created } as Record<string, number>,
      updated: { ...this.#updated } as Record<string, number>,
      unchanged: this.#totals.same,
      bad: byLine(this.#bad),
      asked: this.#asked,
      possible: this.#possible,
      changes: this.#changes,
      guesses: [...this.#guesses.values()],
      people: byLine(this.#people),
      totals: { ...this.#totals },
      changedFields: this.#changedFields,
      toCorrect: { columns: [...this.#columns], rows: byLine(this.#toCorrect) },
      ignoredColumns: [...this.#ignored],
    }
  }
}

const correct =
  'Correct it in the file and import the file again: what is in already changes nothing.'

/** A problem of one cell says what stood there and what to do. */
function withValue(problem: BadRow, columns: readonly string[], cells: readonly string[]): BadRow {
  const { column, value, fix } = problem
  const stood = column === null ? undefined : cells[columns.indexOf(column)]
  return {
    ...problem,
    ...(value === undefined && stood !== undefined && { value: stood }),
    ...(fix === undefined && { fix: correct }),
  }
}
