/** Writing one page of an import: every row whole or not at all, all good rows in one transaction. */
import type { BadRow, ImportGuess, PossibleMatch } from '../../contract/imports.ts'
import type { Problem } from '../../contract/problem.ts'
import type { EntityName } from '../../contract/words.ts'
import { changeTogether } from '../change-together.ts'
import type { Core } from '../core.ts'
import type { Trx } from '../db/schema.ts'
import type { Change, ChangeContext, ChangeOutcome } from '../store/writer/change.ts'
import type { Pair } from '../store/attention/doubles.ts'
import { LookFirst, type PagePlan, type Row } from './page-import.ts'
import { namesOfRefs, type RefNames } from './ref-names.ts'
import { rowResults, type RowResult, type WrittenChanges } from './row-outcomes.ts'

/** A row the writer refused. */
export interface RefusedRow {
  readonly row: Row
  readonly entity: EntityName
  readonly problem: Problem
}

export interface WrittenPage {
  readonly created: ReadonlyMap<EntityName, number>
  readonly updated: ReadonlyMap<EntityName, number>
  /** What became of each row that was planned. */
  readonly rows: readonly RowResult[]
  /** Names of the records that changed fields refer to. */
  readonly names: RefNames
  readonly bad: readonly BadRow[]
  readonly possible: readonly PossibleMatch[]
  readonly doubles: readonly Pair[]
  readonly asked: readonly BadRow[]
  readonly leftOut: readonly BadRow[]
  readonly guesses: readonly ImportGuess[]
  readonly refused: readonly RefusedRow[]
}

export interface PageWriter<Read extends Row> {
  readonly plan: (trx: Trx, rows: readonly Read[]) => Promise<PagePlan>
  /** The kind the rows are about, see `PageImport.main`. */
  readonly main: EntityName
  /** Whether changed fields are still told one by one. */
  readonly tellsChanges: () => boolean
  /** Looks the whole file through, for a plan that asks for it. */
  readonly look: () => Promise<void>
  readonly context: Partial<ChangeContext>
  /** Does all the work, then takes it back. */
  readonly rehearse: boolean
  /** Called with the page and its number before it becomes durable. */
  readonly beforeCommit: (trx: Trx, page: WrittenPage, number: number) => Promise<void>
}

/** Ends a transaction that must leave nothing behind. */
class TakenBack extends Error {
  readonly refused: readonly RefusedRow[]
  constructor(refused: readonly RefusedRow[]) {
    super('taken back')
    this.refused = refused
  }
}

/**
 * Makes the function that writes page after page. A row that is refused takes the whole page back; the page is planned
 * again without it, so that nothing of a bad row stays.
 */
export function pageWriter<Read extends Row>(core: Core, writer: PageWriter<Read>) {
  /** In a rehearsal: shared records of earlier pages, which are not in the database, by id. */
  const rehearsed = new Map<string, Change>()
  let pages = 0

  return async (rows: readonly Read[]): Promise<WrittenPage> => {
    pages += 1
    const number = pages
    const refused: RefusedRow[] = []
    for (;;) {
      const lost = new Set<Row>(refused.map(({ row }) => row))
      const left = rows.filter((row) => !lost.has(row))
      let written: { plan: PagePlan; page: WrittenPage } | null = null
      try {
        await changeTogether(
          core,
          async (trx, change) => {
            const plan = await writer.plan(trx, left)
            const { changes, first } = allChanges(plan, rehearsed)
            const outcomes = changes.length > 0 ? await change(changes) : []
            const newlyRefused = refusedRows(plan, changes, outcomes, first)
            if (newlyRefused.length > 0) throw new TakenBack(newlyRefused)
            const page = pageOf(plan, { changes, outcomes, first }, writer.main)
            const names = writer.tellsChanges() ? await namesOfRefs(trx, page.rows) : new Map()
            written = { plan, page: { ...page, names, refused: [...refused] } }
            await writer.beforeCommit(trx, written.page, number)
            if (writer.rehearse) throw new TakenBack([])
          },
          writer.context,
        )
      } catch (error) {
        if (error instanceof LookFirst) {
          await writer.look()
          continue
        }
        if (!(error instanceof TakenBack)) throw error
        refused.push(...error.refused)
        if (error.refused.length > 0) continue
      }
      const { plan, page } = written!
      if (writer.rehearse) remember(plan, rehearsed)
      plan.settle()
      return page
    }
  }
}

/** What later pages of a rehearsal may refer to, as it would be by now. */
function remember(plan: PagePlan, rehearsed: Map<string, Change>): void {
  for (const change of [...plan.shared, ...(plan.lasting ?? [])]) rehearsed.set(change.id, change)
  for (const change of plan.rows.flatMap(({ changes }) => changes)) {
    const made = rehearsed.get(change.id)
    if (change.action !== 'update' || made === undefined || made.action === 'delete') continue
    rehearsed.set(change.id, { ...made, fields: { ...made.fields, ...change.fields } })
  }
}

interface AllChanges {
  readonly changes: readonly Change[]
  /** Where in `changes` this page's own shared records begin; the rows' changes follow them. */
  readonly first: number
}

/** The page's changes behind the rehearsed records they refer to. */
function allChanges(plan: PagePlan, rehearsed: ReadonlyMap<string, Change>): AllChanges {
  const own = [...plan.shared, ...plan.rows.flatMap(({ changes }) => changes)]
  if (rehearsed.size === 0) return { changes: own, first: 0 }
  const needed = new Map<string, Change>()
  const look = (change: Change) => {
    if (change.action === 'delete') return
    const itself = change.action === 'update' ? [change.id] : []
    for (const value of [...itself, ...Object.values(change.fields)]) {
      const parent = typeof value === 'string' ? rehearsed.get(value) : undefined
      if (parent === undefined || needed.has(parent.id)) continue
      needed.set(parent.id, parent)
      look(parent)
    }
  }
  own.forEach(look)
  return { changes: [...needed.values(), ...own], first: needed.size }
}

function refusedRows(
  plan: PagePlan,
  changes: readonly Change[],
  outcomes: readonly ChangeOutcome[],
  first: number,
): readonly RefusedRow[] {
  const refused: RefusedRow[] = []
  let at = first + plan.shared.length
  for (const { row, changes: own } of plan.rows) {
    const mine = outcomes.slice(at, at + own.length)
    // The first refusal is the reason, the others follow from it.
    const index = mine.findIndex(({ status }) => status === 'refused')
    const outcome = mine[index]
    if (outcome?.status === 'refused') {
      refused.push({ row, entity: own[index]!.entity, problem: outcome.problem })
    }
    at += own.length
  }
  const lone = outcomes.findIndex(({ status }) => status === 'refused')
  if (refused.length === 0 && lone >= 0) {
    throw new Error(
      `A shared record was refused: ${JSON.stringify([changes[lone], outcomes[lone]])}`,
    )
  }
  return refused
}

function pageOf(
  plan: PagePlan,
  { changes, outcomes, first }: WrittenChanges,
  main: EntityName,
): Omit<WrittenPage, 'names' | 'refused'> {
  const created = new Map<EntityName, number>()
  const updated = new Map<EntityName, number>()
  for (let at = first; at < changes.length; at++) {
    const { status } = outcomes[at]!
    const counts = status === 'created' ? created : status === 'updated' ? updated : null
    counts?.set(changes[at]!.entity, (counts.get(changes[at]!.entity) ?? 0) + 1)
  }
  const rows = rowResults(plan, { changes, outcomes, first: first + plan.shared.length }, main)
  const { bad, possible = [], doubles = [], asked = [], leftOut = [], guesses = [] } = plan
  return { created, updated, rows, bad, possible, doubles, asked, leftOut, guesses }
}
